import type { Release } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { type ComparedRelease, diffReleases } from "./diffReleases";
import { createSurfaces } from "./surfaceDefaults";

const artifact = (sha256: string) => ({ name: "x", sha256: sha256.padEnd(64, "0"), bytes: 1 });
const createRelease = (o: Partial<ComparedRelease> & { ranker?: string } = {}): ComparedRelease => {
  const { ranker = "ranker@1", ...rest } = o;
  return {
    itemTable: {
      id: "t1",
      nItems: 3,
      artifact: artifact("a"),
      catalogPosition: "0-0",
      texts: null,
    },
    lists: artifact("b"),
    models: [
      {
        ref: ranker,
        modelVersionId: ranker,
        kind: "ranker",
        manifest: artifact(ranker === "ranker@1" ? "1" : "2"),
        artifacts: [],
      },
    ],
    collaborative: null,
    content: null,
    covisitation: null,
    graphWalk: null,
    surfaces: createSurfaces(() => ranker),
    ...rest,
  };
};
const say = (from: ComparedRelease, to: ComparedRelease) =>
  diffReleases(from, to).changes.map(({ where, what, from: a, to: b }) => `${where}: ${what} ${a} → ${b}`);

test("a release differs from itself in nothing", () => {
  expect(diffReleases(createRelease(), createRelease())).toEqual({ changes: [], surfaces: [] });
});

test("another ranker is named on every surface that has it, and on no other", () => {
  const to = createRelease({ ranker: "ranker@2" });
  const from = createRelease();
  const kept = from.surfaces.find(({ surface }) => surface === "cart")!;
  const surfaces = to.surfaces.map((held) => (held.surface === "cart" ? kept : held));
  const changed = diffReleases(from, { ...to, models: [...from.models, ...to.models], surfaces });
  expect(changed.surfaces).not.toContain("cart");
  expect(changed.surfaces).toHaveLength(4);
  expect(say(from, to)).toContain("home_feed: ranker ranker@1 → ranker@2");
  expect(say(from, to)).toContain("models: ranker ranker@1 → null");
});

test("quotas, sources that are off, re-ranking and budgets read as a person would say them", () => {
  const from = createRelease();
  const to = structuredClone(from) as { surfaces: Release["surfaces"] } & ComparedRelease;
  const home = to.surfaces[0]!;
  home.sources[0]!.quota = 5;
  home.sources[1]!.enabled = false;
  home.rerank.categoryCap = 7;
  home.budgetMs = 33;
  const said = say(from, to);
  expect(said).toHaveLength(4);
  expect(said.join("\n")).toMatch(/home_feed: source \w+ \d+ within [\d.]+ ms → 5 within/);
  expect(said.join("\n")).toMatch(/→ off/);
  expect(said).toContain("home_feed: re-ranking: categoryCap 4 → 7");
  expect(said).toContain("home_feed: budget ms 100 → 33");
  expect(diffReleases(from, to).surfaces).toEqual(["home_feed"]);
});

test("another item table changes what every surface can show", () => {
  const from = createRelease();
  const to = createRelease({
    itemTable: { ...from.itemTable, id: "t2", nItems: 4, artifact: artifact("c") },
  });
  expect(say(from, to)).toEqual(["item table: content t1, 3 items → t2, 4 items"]);
  expect(diffReleases(from, to).surfaces).toHaveLength(5);
});
