import type { QuarantinedEvent, StoredInteraction } from "@shortlist/contracts";

/** What one request brings: events that passed the rules, and those that did not and are kept all the same. */
export interface EventBatch {
  readonly events: readonly StoredInteraction[];
  readonly quarantined: readonly QuarantinedEvent[];
}

/** Of the events of a batch, how many the log set aside because of the events before them. */
export interface SetAside {
  readonly duplicate: number;
  readonly velocity: number;
}

export interface EventLog {
  /** Resolves once the log has stored the whole batch; rejects when it cannot say so, and then nothing may be acknowledged. */
  append(workspace: string, batch: EventBatch): Promise<SetAside>;
}
