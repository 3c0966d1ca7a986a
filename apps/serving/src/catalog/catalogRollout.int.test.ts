import { randomUUID } from "node:crypto";
import { type CatalogChange, redisKeys } from "@shortlist/contracts";
import { appendCatalogChanges, createRedis } from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { listBarring } from "../release/itemTable";
import { titleOf } from "../testing/releaseFixture";
import { startReplica, type TestReplica } from "../testing/replicaFixture";

// Two releases in one process, each with a copy of the catalogue of its own: made at different times, they read on from
// different positions of one stream.

const redisUrl = requireEnv("TEST_REDIS_URL");
const redis = createRedis(redisUrl);
let workspace: string;
let replica: TestReplica;

beforeAll(() => redis.connect());
beforeEach(async () => {
  workspace = `c${randomUUID().slice(0, 12)}`;
  await redis.set(redisKeys.catalogSince(workspace), "0-0");
});
afterEach(() => replica.replica.close());
afterAll(() => redis.disconnect());

const append = (...changes: CatalogChange[]) => appendCatalogChanges(redis, workspace, changes);
const upsert = (itemId: string): CatalogChange =>
  ({
    op: "upsert",
    item: {
      itemId,
      title: titleOf(0, 5),
      category: "Department 5 > Category 5",
      brand: "Brand 1",
      seller: "",
      price: 19.99,
      currency: "EUR",
      inStock: true,
      restricted: false,
    },
  }) as CatalogChange;

async function start(o: { stableAt: string; candidateAt: string }): Promise<void> {
  const fixture = { hasTexts: true, flagsOf: () => 1 };
  replica = await startReplica(redisUrl, {
    workspace,
    fixture: { ...fixture, catalogPosition: o.stableAt },
    rollout: {
      fixture: { ...fixture, catalogPosition: o.candidateAt },
      traffic: { candidateBuckets: 5_000, controlBuckets: 5_000 },
    },
  });
}

/** What either release knows of an item, read off its columns. */
function look(itemId: string) {
  const { stable, rollout } = replica.replica.served.get(workspace)!;
  const of = ({ items }: typeof stable.loaded) => {
    const row = items.find(itemId);
    return row < 0 ? null : { price: items.price[row]!, barring: listBarring(items.flags[row]!) };
  };
  return { stable: of(stable.loaded), candidate: of(rollout!.candidate!.loaded) };
}
const both = <T>(value: T) => ({ stable: value, candidate: value });
const soon = { timeout: 10_000, interval: 20 };

test.each([
  ["the candidate was made later", true],
  ["the served release was made later", false],
])(
  "each copy takes in what came after its release, once, and what comes during a rollout reaches both: %s",
  async (_what, isCandidateLater) => {
    const later = await append({ op: "patch", itemId: "item-5", price: 111.5 }, upsert("early"), {
      op: "delete",
      itemId: "item-6",
    });
    await start(
      isCandidateLater ? { stableAt: "0-0", candidateAt: later } : { stableAt: later, candidateAt: "0-0" },
    );
    const [older, newer] = isCandidateLater
      ? (["stable", "candidate"] as const)
      : (["candidate", "stable"] as const);
    expect(look("item-5")[older]!.price).toBe(111.5);
    expect(look("early")[older]).toEqual({ price: 19.99, barring: [] });
    expect(look("item-6")[older]!.barring).toEqual(["deleted"]);
    // These are in the newer item table as far as they are anywhere: reading them again would undo what is newer.
    expect(look("item-5")[newer]!.price).not.toBe(111.5);
    expect(look("early")[newer]).toBeNull();
    expect(look("item-6")[newer]!.barring).toEqual([]);

    await append(upsert("new"), { op: "patch", itemId: "item-7", price: 222.25 });
    await append({ op: "patch", itemId: "item-8", inStock: false }, { op: "delete", itemId: "item-9" });
    await expect.poll(() => look("item-9"), soon).toMatchObject(both({ barring: ["deleted"] }));
    expect(look("new")).toEqual(both({ price: 19.99, barring: [] }));
    expect(look("item-7")).toMatchObject(both({ price: 222.25 }));
    expect(look("item-8")).toMatchObject(both({ barring: ["out_of_stock"] }));
    for (const userId of Array.from({ length: 40 }, (_, i) => `u-${i}`)) {
      const { body } = await replica.post("/v1/recommend", { surface: "home_feed", userId, n: 50 });
      const ids = (body as unknown as { items: { itemId: string }[] }).items.map(({ itemId }) => itemId);
      expect(ids.filter((id) => id === "item-8" || id === "item-9")).toEqual([]);
    }
    expect(replica.replica.status()).toMatchObject({ gateViolations: 0, catalogs: [{ state: "live" }] });
  },
);

test("a candidate of an item table from before the stream's beginning is told of, until what is missing is back", async () => {
  const first = await append({ op: "delete", itemId: "item-3" });
  const second = await append({ op: "patch", itemId: "item-4", price: 5 });
  // What upkeep does when nothing older is in use.
  await redis.xtrim(redisKeys.catalog(workspace), "MINID", second);
  await redis.set(redisKeys.catalogSince(workspace), second);
  await start({ stableAt: second, candidateAt: "0-0" });
  expect(replica.replica.status().catalogs).toMatchObject([{ workspace, state: "incomplete" }]);
  expect(look("item-3").candidate!.barring).toEqual([]);
  // And what it does once it sees that such a release is in use: what changed is put back, then `since`.
  await append({ op: "delete", itemId: "item-3" });
  await redis.set(redisKeys.catalogSince(workspace), "0-0");
  await expect.poll(() => replica.replica.status().catalogs[0]!.state, soon).toBe("live");
  expect(look("item-3")).toMatchObject(both({ barring: ["deleted"] }));
  expect(first < second).toBe(true);
});
