import { AppError } from "@shortlist/platform";
import type { Breaker } from "../degrade/breaker";
import type { RetryBudget } from "../degrade/retryBudget";
import type { EventBatch, EventLog, SetAside } from "../ports/eventLog";

/** A connection that was cut is often back by then, and the spool still has time to take the batch. */
const RETRY_AFTER_MS = 25;

/**
 * The event log behind a breaker, with one more try within the budget. A repeated append is harmless: the log counts an
 * event once. While the breaker is open a batch is refused at once, and the spool takes it without waiting.
 */
export function guardEventLog(
  log: EventLog,
  o: {
    breaker: Breaker;
    retries: RetryBudget;
    isLogUp: () => boolean;
    /** Slower than this is as good as failed; the batch itself may still arrive. */
    deadlineMs: number;
    now: () => number;
  },
): EventLog {
  const { breaker, retries, now } = o;

  const attempt = (workspace: string, batch: EventBatch): Promise<SetAside> => {
    if (!breaker.admits(now()))
      return Promise.reject(new AppError("log_unavailable", "the breaker of the event log is open"));
    let isTold = false;
    const tell = (outcome: "succeed" | "fail") => {
      if (!isTold) breaker[outcome](now());
      isTold = true;
    };
    const timer = setTimeout(() => tell("fail"), o.deadlineMs);
    return log.append(workspace, batch).then(
      (setAside) => {
        clearTimeout(timer);
        tell("succeed");
        return setAside;
      },
      (error: unknown) => {
        clearTimeout(timer);
        tell("fail");
        throw error;
      },
    );
  };

  return {
    append(workspace, batch) {
      retries.earn();
      return attempt(workspace, batch).catch(async (error: unknown) => {
        if (!o.isLogUp() || breaker.state !== "closed" || !retries.take()) throw error;
        await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
        return attempt(workspace, batch);
      });
    },
  };
}
