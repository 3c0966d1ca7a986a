import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureView, redisKeys, type StoredInteraction, TrainingConfig } from "@shortlist/contracts";
import { type Lake, openLake } from "@shortlist/lake";
import { decodeColumnFile } from "@shortlist/ml";
import { createShop, generateLogs, type Shop } from "@shortlist/ml/simulation";
import { createRedis, pseudonymise, sha256Hex } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkRanker } from "../modules/registry/checkRanker";
import type { CatalogRow } from "./itemSnapshot";
import type { ModelPackage } from "./packages";
import { type PublishInput, runTraining, type TrainingPorts } from "./runTraining";

const WORKSPACE = `training-${process.pid}`;
const END_MS = Date.UTC(2026, 10, 1);
const shop: Shop = createShop({ seed: 3, nItems: 800, nShoppers: 500, days: 40, endMs: END_MS });
let dir: string;
let lake: Lake;
let redis: Redis;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "training-"));
  lake = await openLake(dir);
  redis = createRedis(requireEnv("TEST_REDIS_URL"));
  await redis.connect();
  await lake.writeInteractions(WORKSPACE, "history", toInteractions(shop));
});
afterAll(async () => {
  lake.close();
  redis.disconnect();
  await rm(dir, { recursive: true });
});

/** The clean part of the simulated log, as the importer would write it. */
async function checkPackage({ manifest, artifacts }: Pick<ModelPackage, "manifest" | "artifacts">) {
  const path = join(await mkdtemp(join(tmpdir(), "shortlist-package-")), "model.onnx");
  await writeFile(path, artifacts[0]!.bytes);
  return checkRanker(manifest, path, { makeGolden: false });
}

function toInteractions(source: Shop): StoredInteraction[] {
  const rows: StoredInteraction[] = [];
  for (const row of generateLogs(source)) {
    const occurredAtMs = typeof row.ts === "string" ? Date.parse(row.ts) : Number.NaN;
    if (!(occurredAtMs <= END_MS) || typeof row.sku !== "string" || row.user_id === undefined) continue;
    if (row.type === undefined || row.type === "sign_in" || row.event_id === undefined) continue;
    rows.push({
      eventId: row.event_id,
      type: row.type,
      itemId: row.sku,
      shopper: pseudonymise("k".repeat(32), WORKSPACE, "user", row.user_id),
      anonymousShopper: null,
      sessionId: row.session_id ?? null,
      requestId: null,
      position: null,
      surface: null,
      occurredAtMs,
      receivedAtMs: occurredAtMs,
      value: null,
      currency: null,
      quantity: null,
      context: row.region === undefined ? {} : { region: row.region },
    });
  }
  return rows;
}

function createPorts(): TrainingPorts & {
  packages: ModelPackage[];
  published: PublishInput[];
  steps: number[];
} {
  const packages: ModelPackage[] = [];
  const published: PublishInput[] = [];
  const steps: number[] = [];
  const ref = (name: string, bytes: Uint8Array) => ({ name, sha256: sha256Hex(bytes), bytes: bytes.length });
  return {
    packages,
    published,
    steps,
    lake,
    redis,
    listUnlinked: async () => [],
    loadViews: async () => [],
    loadCatalog: async () => ({
      rows: shop.items.map(
        (item): CatalogRow => ({ ...item, seller: "Shop", restricted: item.restricted ?? false }),
      ),
      position: "7-0",
    }),
    async register(model) {
      packages.push(model);
      return {
        modelVersionId: model.modelName,
        ref: `${model.modelName}@1`,
        artifacts: model.artifacts.map(({ name, bytes }) => ref(name, bytes)),
      };
    },
    putArtifact: async (name, bytes) => ref(name, bytes),
    async publish(input) {
      published.push(input);
      return { releaseId: "r", number: 1 };
    },
    report: (pct) => void steps.push(pct),
    log: () => undefined,
  };
}

const CONFIG = TrainingConfig.parse({ factors: 16, iterations: 5 });

test("a run learns the shop: the ranker beats popularity, popularity beats random, on held-out days", async () => {
  const ports = createPorts();
  const { metrics, report } = await runTraining(WORKSPACE, CONFIG, ports);
  const recall = (name: string) => metrics[name]!.metrics.recallAt20!;
  expect(recall("ranker")).toBeGreaterThan(1.5 * recall("popularity"));
  expect(recall("popularity")).toBeGreaterThan(2 * recall("random"));
  for (const name of ["collaborative", "covisitation", "graphWalk"])
    expect(recall(name), name).toBeGreaterThan(recall("popularity"));
  expect(report.usedRows).toBeGreaterThan(5_000);
  const { slices = [], users } = metrics.ranker!;
  const shoppersOf = (by: string) =>
    slices.filter((slice) => slice.by === by).reduce((sum, slice) => sum + slice.users, 0);
  expect(shoppersOf("history"), "every shopper is in one slice of history").toBe(users);
  expect(slices.map(({ name }) => name)).toEqual(expect.arrayContaining(["long tail", "most popular fifth"]));

  const ranker = ports.packages.find(({ modelName }) => modelName === "ranker")!;
  await expect(checkPackage(ranker)).resolves.toMatchObject({ check: { inputs: [{ name: "features" }] } });
  expect(new Set(ports.packages.map(({ manifest }) => manifest.itemTableId)).size).toBe(1);
  expect(ports.published).toHaveLength(1);
  expect(ports.steps).toEqual([...ports.steps].sort((a, b) => a - b));

  const als = ports.packages.find(({ modelName }) => modelName === "als")!;
  const factors = decodeColumnFile(als.artifacts.find(({ name }) => name === "factors.slcf")!.bytes);
  expect(factors.columns.itemFactors?.length).toBe(shop.items.length * CONFIG.factors);

  const shopper = pseudonymise("k".repeat(32), WORKSPACE, "user", shop.shoppers[0]!.userId);
  const recent = await redis.zrange(redisKeys.recent(WORKSPACE, shopper), "0", "-1");
  expect(recent.length).toBeGreaterThan(0);
  const space = als.manifest.embeddingSpaceId!;
  const vector = await redis.hgetBuffer(redisKeys.vector(WORKSPACE, shopper), space);
  expect(vector?.length).toBe(CONFIG.factors * 4);
});

test("a ranker that reads an item view carries its values for every item, and names view and version", async () => {
  const engagement = FeatureView.parse({
    name: "engagement",
    version: 3,
    owner: "t",
    entity: "item",
    source: { types: ["view", "click", "purchase"] },
    mode: "both",
    freshnessObjectiveSeconds: 60,
    features: [
      { name: "events", op: "count", windows: ["7d"] },
      { name: "price", op: "mean", field: "value", windows: ["7d"] },
    ],
  });
  const ports = { ...createPorts(), loadViews: async () => [engagement] };
  const { metrics } = await runTraining(WORKSPACE, CONFIG, ports);
  expect(metrics.ranker!.metrics.recallAt20!).toBeGreaterThan(metrics.popularity!.metrics.recallAt20!);
  const { manifest, artifacts } = ports.packages.find(({ modelName }) => modelName === "ranker")!;
  expect(manifest.features.slice(-2)).toMatchObject([
    { name: "engagement.events_7d", view: "engagement", viewVersion: 3 },
    { name: "engagement.price_7d", view: "engagement", viewVersion: 3 },
  ]);
  const { columns } = decodeColumnFile(artifacts.find(({ name }) => name === "item-inputs.slcf")!.bytes);
  const events = columns["engagement.events_7d"]!;
  expect(events.length).toBe(shop.items.length);
  expect(events.some((value) => value > 0)).toBe(true);
  // No event of the shop has a value: the gap is filled, never NaN.
  expect([...columns["engagement.price_7d"]!].every((value) => value === 0)).toBe(true);
  await expect(checkPackage({ manifest, artifacts })).resolves.toMatchObject({ check: { inputs: [{}] } });
});

test("a few events long after the rest leave the windows where the interactions are", async () => {
  const late = `${WORKSPACE}-late`;
  const events = toInteractions(shop);
  const straggler = { ...events[0]!, eventId: "straggler", receivedAtMs: END_MS + 80 * 86_400_000 };
  await lake.writeInteractions(late, "history", [
    ...events,
    { ...straggler, occurredAtMs: straggler.receivedAtMs },
  ]);
  const { metrics } = await runTraining(late, CONFIG, createPorts());
  expect(metrics.ranker!.users).toBeGreaterThan(50);
});

test("the same data, configuration and seed give byte-equal models", async () => {
  const [first, second] = [createPorts(), createPorts()];
  await runTraining(WORKSPACE, CONFIG, first);
  await runTraining(WORKSPACE, CONFIG, second);
  const hashes = (ports: typeof first) =>
    ports.packages.flatMap(({ artifacts }) =>
      artifacts.map(({ name, bytes }) => `${name} ${sha256Hex(bytes)}`),
    );
  expect(hashes(second)).toEqual(hashes(first));
});

test("without a release asked for, models are registered and nothing is published", async () => {
  const ports = createPorts();
  await runTraining(WORKSPACE, { ...CONFIG, publish: false }, ports);
  expect(ports.packages.map(({ modelName }) => modelName)).toContain("graph_walk");
  expect(ports.published).toHaveLength(0);
});

test("an empty catalogue or an empty lake ends the run with the command that mends it", async () => {
  const ports = createPorts();
  await expect(
    runTraining(WORKSPACE, CONFIG, { ...ports, loadCatalog: async () => ({ rows: [], position: "0-0" }) }),
  ).rejects.toMatchObject({
    publicDetail: expect.stringContaining("shortlist import"),
  });
  await expect(runTraining("nobody", CONFIG, ports)).rejects.toMatchObject({
    publicDetail: expect.stringContaining("shortlist import"),
  });
});
