import { EVENT_PARTITIONS, redisKeys, type StoredInteraction } from "@shortlist/contracts";
import { partitionOf } from "@shortlist/platform";
import type { Redis } from "ioredis";

// Appends released events to the event log, each at most once: what says that a row was appended changes together
// with the append, so a run that is killed anywhere and started again adds nothing twice. The collector's next append
// shortens a stream that has become too long.

/** Longer than any repair is retried; afterwards the lake knows what was released. */
const REMEMBERED_MS = 7 * 24 * 3_600_000;

const LUA = `
local appended = {}
for i = 2, #KEYS do
  if redis.call('SET', KEYS[i], ARGV[1], 'NX', 'PX', ARGV[2]) then
    redis.call('XADD', KEYS[1], '*', 'e', ARGV[i + 1])
    appended[#appended + 1] = i - 1
  end
end
return appended
`;

export interface Released {
  readonly rowId: string;
  readonly event: StoredInteraction;
}

/** Appends what was not appended before; returns how many that were. `nowMs` is when the events become known. */
export async function appendReplayed(
  redis: Redis,
  workspace: string,
  { rows, nowMs }: { rows: readonly Released[]; nowMs: number },
): Promise<number> {
  let appended = 0;
  for (let partition = 0; partition < EVENT_PARTITIONS; partition++) {
    const own = rows.filter(({ event }) => partitionOf(event.shopper) === partition);
    if (own.length === 0) continue;
    const keys = own.map(({ rowId }) => redisKeys.replayed(workspace, partition, rowId));
    const events = own.map(({ event }) => JSON.stringify({ ...event, correctedAtMs: nowMs }));
    const done = (await redis.eval(
      LUA,
      keys.length + 1,
      redisKeys.events(workspace, partition),
      ...keys,
      String(nowMs),
      String(REMEMBERED_MS),
      ...events,
    )) as number[];
    appended += done.length;
  }
  return appended;
}

/** Events that readers of the log have not read yet: the largest over partitions and groups. */
export async function readLag(redis: Redis, workspace: string): Promise<number> {
  let lag = 0;
  for (let partition = 0; partition < EVENT_PARTITIONS; partition++) {
    const groups = (await redis
      .xinfo("GROUPS", redisKeys.events(workspace, partition))
      // No stream yet, or nobody reads it: nothing can be lost by adding to it.
      .catch(() => [])) as unknown[][];
    for (const group of groups) {
      const at = group.indexOf("lag");
      lag = Math.max(lag, at < 0 ? 0 : Number(group[at + 1] ?? 0));
    }
  }
  return lag;
}
