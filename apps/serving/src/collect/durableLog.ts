import { withDeadline } from "@shortlist/platform";
import type { EventBatch, EventLog, SetAside } from "../ports/eventLog";
import type { Spool } from "./spool";

/** Where acknowledged events are: in the log for all to read, or on this machine's disk until the log is back. */
export type Durability = "log" | "spool";

export interface Appended {
  readonly durability: Durability;
  /** Null for the spool: the log judges when the events come to it. */
  readonly setAside: SetAside | null;
}

export interface DurableLog {
  /** Resolves once the batch is durable and says where; rejects with `log_unavailable` when it is not. */
  append(workspace: string, batch: EventBatch): Promise<Appended>;
}

/** Several times what a busy log takes, and less than a storefront's beacon waits. */
export const LOG_DEADLINE_MS = 500;

/** The log while it answers in time, else the spool; and the spool as long as it holds anything, to keep the order. */
export function createDurableLog(o: {
  log: EventLog;
  spool: Pick<Spool, "isHolding" | "append">;
  replayer: { readonly handover: Promise<void> | null };
  deadlineMs?: number;
}): DurableLog {
  const deadlineMs = o.deadlineMs ?? LOG_DEADLINE_MS;
  return {
    async append(workspace, batch) {
      if (o.replayer.handover !== null)
        await withDeadline(o.replayer.handover, deadlineMs).catch(() => undefined);
      if (!o.spool.isHolding) {
        try {
          const setAside = await withDeadline(o.log.append(workspace, batch), deadlineMs);
          return { durability: "log", setAside };
        } catch {
          // What the log may still take late comes to it a second time from the spool and is counted once.
        }
      }
      await o.spool.append(workspace, batch);
      return { durability: "spool", setAside: null };
    },
  };
}
