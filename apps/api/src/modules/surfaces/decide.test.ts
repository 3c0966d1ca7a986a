import { SURFACES, SurfaceSettings } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { createDefaultSettings } from "../releases/service";
import { decideSettingsProblems, diffSettings } from "./decide";

const cart = createDefaultSettings("cart");
const fieldsOf = (o: Partial<SurfaceSettings>) =>
  decideSettingsProblems({ ...cart, ...o }).map(({ field }) => field);

test("the defaults of every surface are settings that check out", () => {
  for (const surface of SURFACES) {
    const settings = createDefaultSettings(surface);
    expect(SurfaceSettings.parse(settings)).toEqual(settings);
    expect(decideSettingsProblems(settings)).toEqual([]);
  }
});

test.each<[string, Partial<SurfaceSettings>, string[]]>([
  ["no source", { sources: [] }, ["settings.sources"]],
  [
    "only disabled sources",
    { sources: cart.sources.map((source) => ({ ...source, enabled: false })) },
    ["settings.sources"],
  ],
  ["a source twice", { sources: [cart.sources[0]!, cart.sources[0]!] }, ["settings.sources.1.name"]],
  [
    "a timeout above the budget",
    { budgetMs: 20, sources: [{ ...cart.sources[0]!, timeoutMs: 21 }] },
    ["settings.sources.0.timeoutMs"],
  ],
  [
    "a disabled source's timeout is no problem",
    { budgetMs: 40, sources: [cart.sources[0]!, { ...cart.sources[1]!, enabled: false, timeoutMs: 90 }] },
    [],
  ],
  [
    "a pre-ranker that cuts nothing",
    { preRanker: { model: null, keep: cart.candidateLimit } },
    ["settings.preRanker.keep"],
  ],
])("%s is refused by the field's name", (_, change, fields) => {
  expect(fieldsOf(change)).toEqual(fields);
});

test("a diff names every field that differs, and sources by name whatever their order", () => {
  const after: SurfaceSettings = {
    ...cart,
    mode: "live_with_precomputed",
    sources: [...cart.sources]
      .reverse()
      .map((source) => (source.name === "trending" ? { ...source, quota: 77 } : source))
      .map((source) => (source.name === "popular" ? { ...source, enabled: false } : source)),
    rerank: { ...cart.rerank, freshness: { weight: 1, halfLifeDays: 7 } },
  };
  const changes = new Map(
    diffSettings(cart, after).map(({ field, before, after: now }) => [field, [before, now]]),
  );
  expect(Object.fromEntries(changes)).toEqual({
    mode: ["live", "live_with_precomputed"],
    "sources.trending.quota": ["30", "77"],
    "sources.popular.enabled": ["true", "false"],
    "sources.popular.quota": ["30", null],
    "sources.popular.timeoutMs": ["32", null],
    "rerank.freshness.weight": [null, "1"],
    "rerank.freshness.halfLifeDays": [null, "7"],
  });
  expect(diffSettings(cart, { ...cart, sources: [...cart.sources].reverse() })).toEqual([]);
  const withOff = [...cart.sources, { name: "search" as const, enabled: false, quota: 50, timeoutMs: 30 }];
  expect(diffSettings(cart, { ...cart, sources: withOff })).toEqual([]);
});
