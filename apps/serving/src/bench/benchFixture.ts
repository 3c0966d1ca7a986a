import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { ControlDocument } from "@shortlist/contracts";
import { createRandom } from "@shortlist/ml";
import { createFileArtifactStore, pseudonymise } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { redisKeys } from "@shortlist/contracts";
import { createReleaseFixture, SPACE_ID } from "../testing/releaseFixture";
import { createTiledFeatures } from "./tiledFeatures";

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
}

/** The release for `items` items; building the index of a million takes minutes, so it is kept on disk. */
export async function prepareFixture(items: number, note: (text: string) => void): Promise<BenchFixture> {
  const root = resolve("bench-results/cache", `release-${items}`);
  const storeDir = join(root, "artifacts");
  const stateDir = join(root, "state");
  const pointer = join(root, "release.json");
  const held = await readFile(pointer, "utf8").catch(() => null);
  if (held !== null) return { wanted: JSON.parse(held), storeDir, stateDir };
  note(`building a release of ${items} items; kept in ${root}`);
  await mkdir(storeDir, { recursive: true });
  const fixture = await createReleaseFixture({
    workspace: WORKSPACE,
    store: createFileArtifactStore(storeDir),
    nItems: items,
    dims: DIMS,
    clusters: Math.max(50, Math.round(items / 500)),
    neighbors: 20,
    hidden: [128, 64],
    rankFeatures: createTiledFeatures(RANK_WIDTH),
    surface: {
      budgetMs: 150,
      candidateLimit: 1_000,
      sources: [
        { name: "collaborative", enabled: true, quota: 500, timeoutMs: 100 },
        { name: "content", enabled: true, quota: 400, timeoutMs: 100 },
        { name: "covisitation", enabled: true, quota: 300, timeoutMs: 100 },
        { name: "trending", enabled: true, quota: 200, timeoutMs: 100 },
        { name: "popular", enabled: true, quota: 200, timeoutMs: 100 },
      ],
    },
  });
  await writeFile(pointer, JSON.stringify(fixture.wanted));
  return { wanted: fixture.wanted, storeDir, stateDir };
}

/** Shoppers with thirty recent items, five purchases and a vector, as the worker would have left them. */
export async function seedShoppers(redis: Redis, items: number): Promise<void> {
  const random = createRandom("shoppers");
  const nowMs = Date.now();
  for (let s = 0; s < N_SHOPPERS; s++) {
    const shopper = pseudonymise(PSEUDONYM_KEY, WORKSPACE, "user", `shopper-${s}`);
    const pipeline = redis.pipeline();
    const recent: (string | number)[] = [];
    for (let i = 0; i < HISTORY; i++) recent.push(nowMs - i * 60_000, `item-${random.int(items)}`);
    pipeline.zadd(redisKeys.recent(WORKSPACE, shopper), ...recent);
    const bought: (string | number)[] = [];
    for (let i = 0; i < 5; i++) bought.push(nowMs - i, `item-${random.int(items)}`);
    pipeline.zadd(redisKeys.purchased(WORKSPACE, shopper), ...bought);
    const vector = Float32Array.from({ length: DIMS }, () => random.normal());
    pipeline.hset(redisKeys.vector(WORKSPACE, shopper), SPACE_ID, Buffer.from(vector.buffer));
    await pipeline.exec();
  }
}
