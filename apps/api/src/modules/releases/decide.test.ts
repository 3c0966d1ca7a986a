import { ReleaseSurface, SURFACES } from "@shortlist/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type CompiledVersion, compileRelease, decideActivation } from "./decide";
import { computeServingPeriods, parseModelRef, toModelRef } from "./history";
import { createSurfaces } from "./surfaceDefaults";

const artifact = (name: string) => ({ name, sha256: "0".repeat(64), bytes: 1 });
const version = (modelName: string, o: Partial<CompiledVersion> = {}): CompiledVersion => ({
  modelVersionId: `id-${modelName}`,
  modelName,
  version: 2,
  kind: modelName,
  itemTableId: "table",
  manifest: artifact("manifest.json"),
  artifacts: [artifact("a")],
  ...o,
});
const input = (ranker: CompiledVersion | null, content = version("content")) => ({
  itemTable: {
    id: "table",
    nItems: 3,
    artifact: artifact("items.slcf"),
    catalogPosition: "0-0",
    texts: null,
  },
  lists: artifact("lists.slcf"),
  versions: {
    collaborative: version("als"),
    content,
    covisitation: null,
    graphWalk: version("graph_walk"),
    ranker,
    popularity: version("popularity", { itemTableId: null }),
  },
});

test("a release names each version once and every surface uses the ranker", () => {
  const body = compileRelease(input(version("ranker")));
  expect(body.models.map(({ ref }) => ref)).toEqual([
    "als@2",
    "content@2",
    "graph_walk@2",
    "ranker@2",
    "popularity@2",
  ]);
  expect(body).toMatchObject({ collaborative: "als@2", content: "content@2", covisitation: null });
  expect(body.surfaces.flatMap(({ rankers }) => rankers)).toEqual(
    SURFACES.map(() => ({ model: "ranker@2", sharePct: 100 })),
  );
});

test("a ranker that was trained with vectors of another space makes no release, and both spaces are named", () => {
  const vectors = version("als", { kind: "collaborative", embeddingSpaceId: "als-may" });
  const compile = (embeddingSpaceId: string | null) => {
    const made = input(version("ranker", { kind: "ranker", embeddingSpaceId }));
    return compileRelease({ ...made, versions: { ...made.versions, collaborative: vectors } });
  };
  expect(compile("als-may").collaborative).toBe("als@2");
  expect(compile(null).collaborative).toBe("als@2");
  expect(() => compile("als-april")).toThrow(
    expect.objectContaining({
      code: "conflict",
      publicDetail: expect.stringContaining(
        "ranker@2 was trained with vectors of the space als-april, and this release has als@2 of als-may",
      ),
    }),
  );
});

test("a surface may have a ranker of its own, which the release then holds once", () => {
  const own = version("cart-ranker");
  const body = compileRelease({
    ...input(version("ranker")),
    surfaceRankers: { cart: own, notifications: own },
  });
  const rankerOf = new Map(body.surfaces.map(({ surface, rankers }) => [surface, rankers[0]?.model]));
  expect(rankerOf.get("cart")).toBe("cart-ranker@2");
  expect(rankerOf.get("notifications")).toBe("cart-ranker@2");
  expect(rankerOf.get("home_feed")).toBe("ranker@2");
  expect(body.models.filter(({ ref }) => ref === "cart-ranker@2")).toHaveLength(1);
});

test("search suggestions ask the text before anything else", () => {
  const { sources } = createSurfaces(() => null).find(({ surface }) => surface === "search_suggestions")!;
  const largest = [...sources].sort((a, b) => b.quota - a.quota)[0]!;
  expect(largest.name).toBe("search");
});

test("without a ranker the surfaces have none, and serving falls back", () => {
  expect(compileRelease(input(null)).surfaces.every(({ rankers }) => rankers.length === 0)).toBe(true);
});

test("versions over another item table are refused: indexes would name the wrong products", () => {
  expect(() => compileRelease(input(null, version("content", { itemTableId: "other" })))).toThrow(
    /other, not table/,
  );
});

test("every surface has defaults that the contract accepts and that leave time for the ranker", () => {
  const surfaces = createSurfaces(() => "ranker@1");
  expect(surfaces.map(({ surface }) => surface).sort()).toEqual([...SURFACES].sort());
  for (const surface of surfaces) {
    expect(() => ReleaseSurface.parse(surface)).not.toThrow();
    const slowest = Math.max(...surface.sources.map(({ timeoutMs }) => timeoutMs));
    expect(slowest).toBeLessThan(surface.budgetMs / 2);
    const quotas = surface.sources.reduce((sum, { quota }) => sum + quota, 0);
    expect(quotas).toBeGreaterThanOrEqual(surface.candidateLimit);
  }
});

test.each([
  [null, 1, "publish"],
  [1, 2, "publish"],
  [3, 2, "rollback"],
  [2, 2, "none"],
] as const)("from release %s to %s is a %s", (current, target, action) => {
  expect(decideActivation({ current, target })).toBe(action);
});

test("a model's name may hold an @; the version is what follows the last one", () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(), (name, n) => {
      expect(parseModelRef(toModelRef(name, n))).toEqual({ modelName: name, version: n });
    }),
  );
});

test("periods of one activation history neither overlap nor leave a gap", () => {
  const at = (i: number) => new Date(1_000 * i);
  const activations = [1, 2, 1].map((n, i) => ({
    releaseId: `r${n}`,
    releaseNumber: n,
    models: [{ ref: `ranker@${n}`, modelVersionId: `v${n}` }],
    action: "publish",
    actor: "a",
    reason: "",
    at: at(i),
  }));
  expect(computeServingPeriods(activations).map(({ version: v, from, to }) => [v, from, to])).toEqual([
    [1, at(2), null],
    [2, at(1), at(2)],
    [1, at(0), at(1)],
  ]);
});
