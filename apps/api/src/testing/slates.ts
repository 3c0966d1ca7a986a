import { randomUUID } from "node:crypto";
import { redisKeys, type SlateLogRecord } from "@shortlist/contracts";
import type { Redis } from "ioredis";

export function createSlate(workspace: string, o: Partial<SlateLogRecord> = {}): SlateLogRecord {
  return {
    requestId: `r_${randomUUID()}`,
    workspace,
    atMs: Date.now(),
    replicaId: "replica-1",
    releaseId: "0".repeat(64),
    modelVersion: "ranker@1",
    surface: "home_feed",
    shopper: "AAAAAAAAAAAAAAAAAAAAAA",
    isAnonymous: false,
    personalized: true,
    n: 1,
    context: {},
    filters: null,
    shopperState: { recentItems: ["sku-2"], nPurchased: 0, nBlocked: 0, hasUserVector: false },
    rung: 0,
    degradationReasons: [],
    latencyMs: 3,
    stages: [{ name: "rank", ms: 1, in: 10, out: 10 }],
    sources: [{ name: "popular", status: "ok", retrieved: 10, ms: 0.1, reason: null }],
    dropped: {},
    items: [
      {
        itemId: "sku-1",
        position: 0,
        score: 0.8,
        rankerPosition: 0,
        sources: [{ name: "popular", rank: 1, score: 1 }],
        features: [1, 0.5, 0.5],
        propensity: 1,
        reason: "popular",
      },
    ],
    ...o,
  };
}

/** As serving leaves it in Redis. */
export async function storeHotSlate(redis: Redis, slate: SlateLogRecord): Promise<void> {
  const entryId = await redis.xadd(redisKeys.slates(slate.workspace), "*", "s", JSON.stringify(slate));
  await redis.set(redisKeys.slate(slate.workspace, slate.requestId), String(entryId), "EX", 600);
  await redis.lpush(redisKeys.recentSlates(slate.workspace), slate.requestId);
}
