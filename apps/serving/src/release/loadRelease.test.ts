import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileArtifactStore } from "@shortlist/platform";
import { describe, expect, it } from "vitest";
import { shopRankFeatures } from "../adapters/shopRankFeatures";
import { createReleaseFixture, type FixtureOptions } from "../testing/releaseFixture";
import { createArtifactCache } from "./artifactCache";
import { loadRelease } from "./loadRelease";

async function prepare(options: Partial<FixtureOptions> = {}) {
  const dir = await mkdtemp(join(tmpdir(), "serving-load-"));
  const store = createFileArtifactStore(join(dir, "store"));
  const fixture = await createReleaseFixture({ workspace: "shop", store, nItems: 300, ...options });
  const load = () =>
    loadRelease(fixture.wanted, "shop", {
      cache: createArtifactCache(join(dir, "state"), store),
      rankFeatures: shopRankFeatures,
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

  it("a ranker whose features are in another order", async () => {
    const names = [...shopRankFeatures.names];
    [names[3], names[4]] = [names[4]!, names[3]!];
    const { load } = await prepare({ featureNames: names });
    await expect(load()).rejects.toThrow(/^feature_mismatch: ranker@1: feature 3 is trend/);
  });

  it("a ranker that does not reproduce its golden rows", async () => {
    const { load } = await prepare({ goldenShift: 0.01 });
    await expect(load()).rejects.toThrow(/^golden_mismatch: ranker@1: golden row 0/);
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
    const away = { get: () => Promise.reject(new Error("away")), put: store.put, has: store.has };
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
