import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FeatureView, type LiveFeatureView } from "@shortlist/contracts";
import { createFileArtifactStore } from "@shortlist/platform";
import { describe, expect, it } from "vitest";
import { shopRankFeatures } from "../adapters/shopRankFeatures";
import { createReleaseFixture, type FixtureOptions } from "../testing/releaseFixture";
import { createArtifactCache } from "./artifactCache";
import { loadRelease } from "./loadRelease";

const ACTIVITY: LiveFeatureView = {
  view: FeatureView.parse({
    name: "activity",
    version: 1,
    owner: "t",
    entity: "shopper",
    source: { types: ["click"] },
    mode: "stream",
    freshnessObjectiveSeconds: 10,
    features: [{ name: "clicks", op: "count", windows: ["7d"] }],
  }),
  hash: "0".repeat(64),
  batch: null,
};

async function prepare({
  featureViews = [],
  ...options
}: Partial<FixtureOptions> & { featureViews?: readonly LiveFeatureView[] } = {}) {
  const dir = await mkdtemp(join(tmpdir(), "serving-load-"));
  const store = createFileArtifactStore(join(dir, "store"));
  const fixture = await createReleaseFixture({ workspace: "shop", store, nItems: 300, ...options });
  const load = () =>
    loadRelease(fixture.wanted, "shop", {
      cache: createArtifactCache(join(dir, "state"), store),
      rankFeatures: shopRankFeatures,
      featureViews,
    });
  const pathOf = (sha256: string) => join(dir, "store", sha256.slice(0, 2), sha256);
  return { dir, store, fixture, load, pathOf };
}

describe("a release that does not check out is refused with its reason", () => {
  it("an artifact cut short", async () => {
    const { fixture, load, pathOf } = await prepare();
    await truncate(pathOf(fixture.release.itemTable.artifact.sha256), 500);
    await expect(load()).rejects.toThrow(/^corrupt_artifact: items\.slcf .* do not match its hash/);
  });

  it("an artifact with other bytes of the same length", async () => {
    const { fixture, load, pathOf } = await prepare();
    const path = pathOf(fixture.release.lists.sha256);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    await expect(load()).rejects.toThrow(/^corrupt_artifact: lists\.slcf/);
  });

  it("an artifact that is not there", async () => {
    const { fixture, load, pathOf } = await prepare();
    await rm(pathOf(fixture.release.lists.sha256));
    await expect(load()).rejects.toThrow(/^artifact_unavailable: lists\.slcf/);
  });

  it("a ranker that wants a feature which nothing gives", async () => {
    const names = [...shopRankFeatures.names];
    names[3] = "moon_phase";
    const { load } = await prepare({ featureNames: names });
    await expect(load()).rejects.toThrow(
      /^feature_mismatch: ranker@1: feature moon_phase is neither this replica's, nor .* live view \(serving@1\)/,
    );
  });

  it("item inputs that were made for another item table, or are too short", async () => {
    const viewFeatures = [{ name: "e.clicks_7d", view: "e", viewVersion: 1, default: 0 }];
    const itemInputs = { "e.clicks_7d": new Float32Array(300) };
    const other = await prepare({ viewFeatures, itemInputs, itemInputsTable: "other" });
    await expect(other.load()).rejects.toThrow(/^item_table_mismatch: ranker@1 item inputs/);
    const short = await prepare({ viewFeatures, itemInputs: { "e.clicks_7d": new Float32Array(299) } });
    await expect(short.load()).rejects.toThrow(/^shape_mismatch: ranker@1 item-inputs/);
  });

  it("a ranker that reads a view of the shopper which is not live, or an output it does not have", async () => {
    const feature = { name: "activity.clicks_7d", view: "activity", viewVersion: 2, default: 0 };
    const gone = await prepare({ viewFeatures: [feature], featureViews: [ACTIVITY] });
    await expect(gone.load()).rejects.toThrow(/of a live view \(activity@2\)/);
    const missing = { ...feature, name: "activity.clicks_9d", viewVersion: 1 };
    const wrong = await prepare({ viewFeatures: [missing], featureViews: [ACTIVITY] });
    await expect(wrong.load()).rejects.toThrow(/no output of activity@1, which has clicks_7d/);
  });

  it("a ranker that does not reproduce its golden rows", async () => {
    const { load } = await prepare({ goldenShift: 0.01 });
    await expect(load()).rejects.toThrow(/^golden_mismatch: ranker@1: golden row 0/);
  });

  it("a ranker that learned with vectors of another space than the release's", async () => {
    const { load } = await prepare({ rankerSpace: "als-april" });
    await expect(load()).rejects.toThrow(
      /^feature_mismatch: ranker@1 was trained with vectors of the space als-april, this release's are of \S+/,
    );
  });

  it("a ranker that is not a model", async () => {
    const { load } = await prepare({ rankerBytes: () => new TextEncoder().encode("not a model") });
    await expect(load()).rejects.toThrow(/^corrupt_artifact: ranker@1/);
  });

  it("a release of another workspace, or under another id", async () => {
    const { dir, store, fixture } = await prepare();
    const options = {
      cache: createArtifactCache(join(dir, "state"), store),
      rankFeatures: shopRankFeatures,
    };
    await expect(loadRelease(fixture.wanted, "other", options)).rejects.toThrow(/belongs to workspace shop/);
    const wanted = { ...fixture.wanted, releaseId: "0".repeat(64) };
    await expect(loadRelease(wanted, "shop", options)).rejects.toThrow(/does not hash to its id/);
  });
});

describe("the artifact cache", () => {
  it("lets a release load with the store away, and repairs a damaged copy when it is back", async () => {
    const { dir, store, fixture, load } = await prepare();
    await load();
    const away = { ...store, get: () => Promise.reject(new Error("away")) };
    const cache = createArtifactCache(join(dir, "state"), away);
    await loadRelease(fixture.wanted, "shop", { cache, rankFeatures: shopRankFeatures });
    const damaged = join(dir, "state", "artifacts", fixture.release.lists.sha256);
    await truncate(damaged, 10);
    await load();
    expect((await readFile(damaged)).length).toBe(fixture.release.lists.bytes);
  });

  it("keeps what it is told to keep and removes the rest", async () => {
    const { dir, store, fixture, load } = await prepare();
    await load();
    await createArtifactCache(join(dir, "state"), store).prune(new Set([fixture.release.lists.sha256]));
    expect(await readdir(join(dir, "state", "artifacts"))).toEqual([fixture.release.lists.sha256]);
  });
});
