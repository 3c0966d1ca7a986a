import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ControlDocument } from "@shortlist/contracts";
import { redisKeys } from "@shortlist/contracts";
import { createRandom, RANK_FEATURES } from "@shortlist/ml";
import { createFileArtifactStore, pseudonymise } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { createReleaseFixture, SPACE_ID } from "../testing/releaseFixture";

export const WORKSPACE = "bench";
export const DIMS = 64;
export const RANK_WIDTH = 64;
export const PSEUDONYM_KEY = "bench-pseudonym-key-that-is-long-enough";
export const N_SHOPPERS = 2_000;
const HISTORY = 30;

export interface BenchFixture {
  readonly wanted: NonNullable<ControlDocument["release"]>;
  readonly storeDir: string;
  readonly stateDir: string;
  readonly tastes: Tastes;
}

/** Items by cluster: shoppers stay within a few clusters, as real ones do; vectors of random items point nowhere. */
export interface Tastes {
  /** An item of one of the three clusters that shopper `s` likes. */
  itemOf(s: number, draw: number): string;
}

function readTastes(clusterOf: Int32Array): Tastes {
  const members: number[][] = [];
  clusterOf.forEach((cluster, item) => {
    members[cluster] ??= [];
    members[cluster]!.push(item);
  });
  return {
    itemOf(s, draw) {
      // Half of what a shopper does is in their first cluster.
      const which = [0, 0, 1, 2][draw % 4]!;
      const cluster = members[(s * 31 + which * 977) % members.length]!;
      return `item-${cluster[(draw * 7919) % cluster.length]}`;
    },
  };
}

/** The surface that the ranker of trees orders. */
export const TREES_SURFACE = "notifications";

/** What training builds over ALS factors; three times the links of the light shape, and searched accordingly longer. */
const SHIPPED_SHAPE = { m: 48, efConstruction: 400 } as const;
export const LIGHT_M = 16;

/** `shipped`: the collaborative index as training builds it; a million items take half an hour. `light`: M = 16 for both. */
export type BenchShape = "shipped" | "light";
export const COLLABORATIVE_M = { shipped: SHIPPED_SHAPE.m, light: LIGHT_M } as const;

/**
 * The release for `items` items, kept on disk because its indexes take long to build. Vectors have length 1. A ranker
 * reads the replica's own features and, up to 64, values of the item.
 */
export async function prepareFixture(
  items: number,
  shape: BenchShape,
  note: (text: string) => void,
): Promise<BenchFixture> {
  const root = resolve("bench-results/cache", `${shape}-${items}`);
  const storeDir = join(root, "artifacts");
  const stateDir = join(root, "state");
  const pointer = join(root, "release.json");
  const held = await readFile(pointer, "utf8").catch(() => null);
  if (held !== null) {
    const bytes = await readFile(join(root, "clusters.bin"));
    const clusterOf = new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
    return { wanted: JSON.parse(held), storeDir, stateDir, tastes: readTastes(clusterOf) };
  }
  note(`building a release of ${items} items; kept in ${root}`);
  await mkdir(storeDir, { recursive: true });
  const random = createRandom("item inputs");
  const viewFeatures = Array.from({ length: RANK_WIDTH - RANK_FEATURES.length }, (_, f) => ({
    name: `item_view_${f}`,
    view: "item_view",
    viewVersion: 1,
    default: 0,
  }));
  const fixture = await createReleaseFixture({
    workspace: WORKSPACE,
    store: createFileArtifactStore(storeDir),
    nItems: items,
    dims: DIMS,
    clusters: Math.max(50, Math.round(items / 500)),
    neighbors: 20,
    hidden: [128, 64],
    ...(shape === "shipped" ? { collaborativeShape: SHIPPED_SHAPE } : {}),
    trees: { count: 200, depth: 6, surfaces: [TREES_SURFACE] },
    viewFeatures,
    itemInputs: Object.fromEntries(
      viewFeatures.map(({ name }) => [name, Float32Array.from({ length: items }, () => random.next())]),
    ),
    note,
    surface: {
      budgetMs: 150,
      candidateLimit: 1_000,
      sources: [
        { name: "collaborative", enabled: true, quota: 500, timeoutMs: 100 },
        { name: "content", enabled: true, quota: 400, timeoutMs: 100 },
        { name: "covisitation", enabled: true, quota: 300, timeoutMs: 100 },
        { name: "trending", enabled: true, quota: 300, timeoutMs: 100 },
        { name: "popular", enabled: true, quota: 500, timeoutMs: 100 },
      ],
    },
  });
  await writeFile(join(root, "clusters.bin"), Buffer.from(fixture.clusterOf.buffer));
  await writeFile(pointer, JSON.stringify(fixture.wanted));
  return { wanted: fixture.wanted, storeDir, stateDir, tastes: readTastes(fixture.clusterOf) };
}

/** Shoppers with thirty recent items, five purchases and a vector, as the worker would have left them. */
export async function seedShoppers(redis: Redis, tastes: Tastes): Promise<void> {
  const random = createRandom("shoppers");
  const nowMs = Date.now();
  for (let s = 0; s < N_SHOPPERS; s++) {
    const shopper = pseudonymise(PSEUDONYM_KEY, WORKSPACE, "user", `shopper-${s}`);
    const pipeline = redis.pipeline();
    const recent: (string | number)[] = [];
    for (let i = 0; i < HISTORY; i++) recent.push(nowMs - i * 60_000, tastes.itemOf(s, i));
    pipeline.zadd(redisKeys.recent(WORKSPACE, shopper), ...recent);
    const bought: (string | number)[] = [];
    for (let i = 0; i < 5; i++) bought.push(nowMs - i, tastes.itemOf(s, 100 + i));
    pipeline.zadd(redisKeys.purchased(WORKSPACE, shopper), ...bought);
    const vector = Float32Array.from({ length: DIMS }, () => 0.05 * random.normal());
    pipeline.hset(redisKeys.vector(WORKSPACE, shopper), SPACE_ID, Buffer.from(vector.buffer));
    await pipeline.exec();
  }
}
