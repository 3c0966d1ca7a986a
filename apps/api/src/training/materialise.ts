import { redisKeys, SHOPPER_PURCHASED_MAX, SHOPPER_STATE_TTL_SECONDS } from "@shortlist/contracts";
import type { AlsModel } from "@shortlist/ml";
import type { Redis } from "ioredis";
import type { InteractionLog, OptedOut } from "./interactionLog";
import type { ShopperHistory } from "./shopperHistory";

/** Commands per round trip: large enough to hide latency, small enough that serving's reads are not held up. */
const SHOPPERS_PER_PIPELINE = 200;

/**
 * Writes what the lake knows of each shopper to the online store: vector of this training, recent items,
 * purchases. Every write is idempotent and never undoes a newer live one (ZADD GT).
 */
export async function materialiseShoppers(o: {
  redis: Redis;
  workspace: string;
  embeddingSpaceId: string;
  log: InteractionLog;
  history: ShopperHistory;
  als: AlsModel;
  itemIds: readonly string[];
  optedOut: readonly OptedOut[];
  onProgress: (share: number) => void;
}): Promise<number> {
  const { log, als } = o;
  // The event log already told Redis; this brings it back when Redis was emptied since.
  const consent = o.redis.pipeline();
  for (const { shopper, atMs } of o.optedOut)
    consent.zadd(redisKeys.consent(o.workspace, shopper), "GT", atMs, "out");
  if (o.optedOut.length > 0) await consent.exec();
  let written = 0;
  for (let from = 0; from < log.nShoppers; from += SHOPPERS_PER_PIPELINE) {
    const pipeline = o.redis.pipeline();
    for (let s = from; s < Math.min(from + SHOPPERS_PER_PIPELINE, log.nShoppers); s++) {
      const shopper = log.shoppers[s]!;
      const vector = als.userFactors.slice(s * als.factors, (s + 1) * als.factors);
      const vectorKey = redisKeys.vector(o.workspace, shopper);
      pipeline.hset(vectorKey, o.embeddingSpaceId, Buffer.from(vector.buffer));
      pipeline.expire(vectorKey, SHOPPER_STATE_TTL_SECONDS);

      const recentKey = redisKeys.recent(o.workspace, shopper);
      const times = o.history.recentTimes(s);
      const recent = [...o.history.recent(s)].flatMap((item, n) => [times[n]!, o.itemIds[item]!]);
      if (recent.length > 0) {
        pipeline.zadd(recentKey, "GT", ...recent);
        pipeline.expire(recentKey, SHOPPER_STATE_TTL_SECONDS);
      }
      const purchased = o.history.purchased(s).slice(-SHOPPER_PURCHASED_MAX);
      if (purchased.length > 0) {
        const purchasedKey = redisKeys.purchased(o.workspace, shopper);
        pipeline.zadd(
          purchasedKey,
          "GT",
          ...purchased.flatMap(({ item, timeMs }) => [timeMs, o.itemIds[item]!]),
        );
        pipeline.expire(purchasedKey, SHOPPER_STATE_TTL_SECONDS);
      }
      written++;
    }
    await pipeline.exec();
    o.onProgress(written / log.nShoppers);
  }
  return written;
}
