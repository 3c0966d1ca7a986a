import { redisKeys } from "@shortlist/contracts";
import { planFeatureRead, readDefaults } from "@shortlist/online";
import type { Logger } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { FeatureRead, FeatureStore } from "../ports/featureStore";

type Rows = Parameters<FeatureStore["read"]>[1];

/** Feature rows in Redis, and beside each row of a shopper whether nothing personal may be used of them (S11). */
export function createRedisFeatureStore(redis: Redis, logger: Logger): FeatureStore {
  return {
    read(workspace, rows, { atMs, deadlineMs }) {
      if (redis.status !== "ready") return Promise.resolve(readWithout(rows, "down"));
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(readWithout(rows, "late")), deadlineMs);
        readRows(redis, { workspace, rows, atMs, logger })
          .catch((error: unknown) => {
            logger.debug({ err: error }, "feature rows could not be read");
            return readWithout(rows, "down");
          })
          .then((read) => {
            clearTimeout(timer);
            resolve(read);
          });
      });
    },
  };
}

async function readRows(
  redis: Redis,
  { workspace, rows, atMs, logger }: { workspace: string; rows: Rows; atMs: number; logger: Logger },
): Promise<FeatureRead> {
  const { view, keys } = rows;
  const plan = planFeatureRead({ workspace, view, keys });
  const isOfShopper = view.live.view.entity === "shopper" || view.live.view.entity === "shopper_item";
  const pipeline = redis.pipeline();
  plan.addTo(pipeline);
  if (isOfShopper)
    for (const [shopper] of keys) pipeline.zrange(redisKeys.consent(workspace, shopper ?? ""), "-1", "-1");
  const replies = (await pipeline.exec()) ?? [];
  for (const [error] of replies) if (error !== null) throw error;
  const values = replies.map(([, value]) => value);
  const readings = plan.decode(values.slice(0, plan.commandCount), atMs, (problem) =>
    logger.warn({ problem }, "a stored feature row cannot be read; the other path answers"),
  );
  const consents = values.slice(plan.commandCount) as string[][];
  return {
    store: "up",
    rows: readings.map((reading, i) =>
      consents[i]?.[0] === "out"
        ? { ...readDefaults(view), isOptedOut: true }
        : { ...reading, isOptedOut: false },
    ),
  };
}

function readWithout({ view, keys }: Rows, store: "late" | "down"): FeatureRead {
  const defaults = { ...readDefaults(view), isOptedOut: false };
  return { store, rows: keys.map(() => defaults) };
}
