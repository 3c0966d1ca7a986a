import type { StoredInteraction } from "@shortlist/contracts";

export interface EventLog {
  /** Resolves once the log has stored every event; rejects when it cannot say so, and then nothing may be acknowledged. */
  append(workspace: string, events: readonly StoredInteraction[]): Promise<void>;
}
