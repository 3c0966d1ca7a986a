import {
  addFunnelFields,
  FUNNEL_MINUTES_TTL_SECONDS,
  FUNNEL_TENS_TTL_SECONDS,
  type FunnelCounts,
  listFunnelFields,
  redisKeys,
} from "@shortlist/contracts";
import type { Redis } from "ioredis";

/** One step: what was marked is counted, so that a try whose answer was lost can be made again. */
const ADD = `
if not redis.call('SET', KEYS[1], '1', 'NX', 'EX', ARGV[1]) then return 0 end
for k = 2, 3 do
  for i = 4, #ARGV, 2 do redis.call('HINCRBY', KEYS[k], ARGV[i], ARGV[i + 1]) end
  redis.call('EXPIRE', KEYS[k], ARGV[k])
end
return 1`;

export interface FunnelBatch {
  readonly workspace: string;
  /** Minutes since 1970. */
  readonly minute: number;
  /** Counted once for every mark, for as long as the mark is kept. */
  readonly mark: string;
  readonly markSeconds: number;
  readonly counts: FunnelCounts;
}

/** Adds counts to their minute. False: the mark says that they were. */
export async function addFunnelCounts(redis: Redis, batch: FunnelBatch): Promise<boolean> {
  const { workspace, minute, mark } = batch;
  const added = await redis.eval(
    ADD,
    3,
    redisKeys.funnelMark(workspace, mark),
    redisKeys.funnelMinute(workspace, minute),
    redisKeys.funnelTen(workspace, Math.floor(minute / 10)),
    batch.markSeconds,
    FUNNEL_MINUTES_TTL_SECONDS,
    FUNNEL_TENS_TTL_SECONDS,
    ...listFunnelFields(batch.counts),
  );
  return added === 1;
}

/** How long a hash of counters spans. */
export type FunnelStep = 1 | 10;

/** Counts of spans that begin at these minutes; a span in which nothing happened has empty counts. */
export async function listFunnelCounts(
  redis: Redis,
  workspace: string,
  o: { readonly minutes: readonly number[]; readonly step: FunnelStep },
): Promise<FunnelCounts[]> {
  if (o.minutes.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const minute of o.minutes)
    pipeline.hgetall(
      o.step === 1
        ? redisKeys.funnelMinute(workspace, minute)
        : redisKeys.funnelTen(workspace, Math.floor(minute / 10)),
    );
  const replies = (await pipeline.exec()) ?? [];
  return replies.map(([error, fields]) => {
    if (error !== null) throw error;
    const counts: FunnelCounts = new Map();
    addFunnelFields(counts, fields as Record<string, string>);
    return counts;
  });
}
