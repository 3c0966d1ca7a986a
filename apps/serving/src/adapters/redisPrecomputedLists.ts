import {
  encodePrecomputedList,
  PRECOMPUTED_TTL_SECONDS,
  type PrecomputedList,
  redisKeys,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { PrecomputedLists } from "../ports/precomputedLists";

/** One command a shopper in one pipeline. Writing the same list twice is writing it once. */
export function createRedisPrecomputedLists(redis: Redis): PrecomputedLists {
  return {
    async write({ workspace, surface }, lists) {
      if (redis.status !== "ready") throw away();
      const pipeline = redis.pipeline();
      let bytes = 0;
      for (const [shopper, list] of lists) {
        const key = redisKeys.precomputed(workspace, shopper, surface);
        if (list === null) {
          pipeline.unlink(key);
          continue;
        }
        const text = encodePrecomputedList(list satisfies PrecomputedList);
        bytes += Buffer.byteLength(text);
        pipeline.set(key, text, "EX", PRECOMPUTED_TTL_SECONDS);
      }
      const replies = await pipeline.exec().catch((cause: unknown) => {
        throw away(cause);
      });
      const failed = replies?.find(([error]) => error !== null);
      if (replies === null || failed !== undefined) throw away(failed?.[0]);
      return bytes;
    },
  };
}

function away(cause?: unknown): AppError {
  return new AppError("dependency_down", "lists could not be written", {
    publicDetail: "Redis is away: the lists were not stored. Send the same call again.",
    ...(cause === undefined ? {} : { cause }),
  });
}
