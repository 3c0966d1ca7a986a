import { setTimeout as sleep } from "node:timers/promises";
import type { AppContext } from "../../context";
import { getJob, type JobDetail } from "./service";

const POLL_MS = 1_000;

/**
 * The job now, and again whenever its row changes, until it is over. Reads the row instead of listening to a
 * channel: nothing can be missed, and a client that connects again simply starts with the present state.
 */
export async function* watchJob(
  ctx: Pick<AppContext, "db" | "now">,
  workspaceId: string,
  o: { id: string; signal: AbortSignal | undefined },
): AsyncGenerator<JobDetail> {
  let last = "";
  while (o.signal?.aborted !== true) {
    const job = await getJob(ctx, workspaceId, o.id);
    // The heartbeat alone is no news to a person.
    const shown = JSON.stringify({ ...job, heartbeatAt: null });
    if (shown !== last) yield job;
    last = shown;
    if (job.isOver) return;
    try {
      await sleep(POLL_MS, undefined, o.signal === undefined ? {} : { signal: o.signal });
    } catch {
      return;
    }
  }
}
