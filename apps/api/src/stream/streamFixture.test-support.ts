import { randomBytes, randomUUID } from "node:crypto";
import {
  type ControlDocument,
  canonicalFeatureViewJson,
  FeatureView,
  type LiveFeatureView,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { openLake } from "@shortlist/lake";
import { compileLiveView, readFeatures } from "@shortlist/online";
import { createLogger, createRedis, partitionOf, sha256Hex } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import type { Redis } from "ioredis";
import { type StreamWorkerOptions, startStreamWorker } from "./startStreamWorker";

/** A workspace in Redis with views, events and stream workers; Postgres has no part in it. */
export interface StreamFixture {
  readonly redis: Redis;
  readonly workspace: string;
  readonly lake: Awaited<ReturnType<typeof openLake>>;
  publish(views: readonly LiveFeatureView[]): Promise<void>;
  send(events: readonly StoredInteraction[]): Promise<void>;
  startWorker(o?: Partial<StreamWorkerOptions> & { name?: string }): ReturnType<typeof startStreamWorker>;
  read(live: LiveFeatureView, key: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
  close(): Promise<void>;
}

export const createToken = (): string => randomBytes(9).toString("base64url");

export async function createStreamFixture(dir: string): Promise<StreamFixture> {
  const redis = createRedis(requireEnv("TEST_REDIS_URL"));
  await redis.connect();
  const workspace = `w-${randomUUID().slice(0, 18)}`;
  const lake = await openLake(dir);
  const workers: ReturnType<typeof startStreamWorker>[] = [];
  const connections: Redis[] = [];
  let revision = 0;
  return {
    redis,
    workspace,
    lake,
    async publish(featureViews) {
      const document: ControlDocument = {
        workspace,
        revision: ++revision,
        release: null,
        keys: [],
        featureViews: [...featureViews],
      };
      await redis.hset(redisKeys.control, workspace, JSON.stringify(document));
    },
    async send(events) {
      const pipeline = redis.pipeline();
      for (const event of events)
        pipeline.xadd(
          redisKeys.events(workspace, partitionOf(event.shopper)),
          "*",
          "e",
          JSON.stringify(event),
        );
      await pipeline.exec();
    },
    startWorker({ name, ...o } = {}) {
      const connection = redis.duplicate();
      connections.push(connection);
      void connection.connect();
      const worker = startStreamWorker(
        {
          redis: connection,
          lake: async () => lake,
          logger: createLogger({ name: "test", level: "silent" }),
          name: name ?? `worker-${randomUUID()}`,
          now: Date.now,
          createToken,
        },
        o,
      );
      workers.push(worker);
      return worker;
    },
    async read(live, key) {
      const [reading] = await readFeatures(
        redis,
        { workspace, view: compileLiveView(live), keys: [key] },
        { atMs: Date.now() },
      );
      return reading!.values;
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.stop()));
      await redis.hdel(redisKeys.control, workspace);
      for (const connection of connections) connection.disconnect();
      redis.disconnect();
      lake.close();
    },
  };
}

export function createLiveView(o: Partial<FeatureView> = {}): LiveFeatureView {
  const view = FeatureView.parse({
    name: "activity",
    version: 1,
    owner: "tests",
    entity: "shopper",
    source: { types: ["view", "click"] },
    features: [
      { name: "events", op: "count", windows: ["7d"] },
      { name: "last", op: "last", field: "itemId", windows: ["7d"] },
    ],
    mode: "stream",
    allowedLateness: "1h",
    freshnessObjectiveSeconds: 10,
    ...o,
  });
  return { view, hash: sha256Hex(canonicalFeatureViewJson(view)), batch: null };
}

export const SHOPPERS = Array.from({ length: 12 }, (_, i) => `shopper${i}`.padEnd(22, "_"));

export function createEvent(o: Partial<StoredInteraction> = {}): StoredInteraction {
  const atMs = o.occurredAtMs ?? Date.now();
  return {
    eventId: randomUUID(),
    type: "click",
    itemId: "sku-1",
    shopper: SHOPPERS[0]!,
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    occurredAtMs: atMs,
    receivedAtMs: atMs,
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...o,
  };
}

/** Resolves once `check` answers true; throws when it never does. */
export async function waitFor(check: () => Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  const endMs = Date.now() + timeoutMs;
  while (!(await check())) {
    if (Date.now() > endMs) throw new Error("waited in vain");
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
