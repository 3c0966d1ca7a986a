import { CANDIDATE_SOURCES, type SurfaceSettings } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { listSources, problemsByField, readSettings } from "./settingsForm";

const settings: SurfaceSettings = {
  mode: "live",
  budgetMs: 100,
  candidateLimit: 1000,
  ranker: null,
  preRanker: { model: null, keep: 200 },
  sources: [{ name: "trending", enabled: true, quota: 40, timeoutMs: 30 }],
  rerank: {
    categoryCap: 4,
    brandCap: null,
    sellerCap: 3,
    excludePurchased: true,
    excludeRecentlySeen: 10,
    diversity: 0.2,
    freshness: { weight: 1, halfLifeDays: 7 },
    exploration: null,
  },
};

/** As a page's form has them. */
function createForm(): FormData {
  const form = new FormData();
  const { rerank, preRanker } = settings;
  const fields: Record<string, unknown> = {
    mode: settings.mode,
    budgetMs: 100,
    candidateLimit: 1000,
    ranker: "",
    "preRanker.keep": preRanker?.keep,
    "preRanker.model": "",
    "rerank.categoryCap": 4,
    "rerank.brandCap": "",
    "rerank.sellerCap": rerank.sellerCap,
    "rerank.excludePurchased": "on",
    "rerank.excludeRecentlySeen": 10,
    "rerank.diversity": 0.2,
    "rerank.freshness.weight": 1,
    "rerank.freshness.halfLifeDays": 7,
    "rerank.exploration.kind": "",
  };
  for (const [name, value] of Object.entries(fields)) form.set(name, String(value));
  for (const { name, enabled, quota, timeoutMs } of listSources(settings)) {
    if (enabled) form.set(`source.${name}.enabled`, "on");
    form.set(`source.${name}.quota`, String(quota));
    form.set(`source.${name}.timeoutMs`, String(timeoutMs));
  }
  return form;
}

test("a form that nobody touched says what it was filled with, sources that were not set being off", () => {
  expect(readSettings(createForm())).toEqual({ ...settings, sources: listSources(settings) });
  expect(listSources(settings).filter(({ enabled }) => enabled)).toEqual(settings.sources);
});

test("an emptied field is no value where none is needed, and not a number elsewhere", () => {
  const form = createForm();
  for (const name of ["preRanker.keep", "rerank.freshness.weight", "rerank.sellerCap", "budgetMs"])
    form.set(name, "");
  const read = readSettings(form);
  expect(read).toMatchObject({ preRanker: null, rerank: { freshness: null, sellerCap: null } });
  expect(read.budgetMs).toBeNaN();
});

test("what the API finds is shown at the field of the form", () => {
  const at = CANDIDATE_SOURCES.indexOf("trending");
  expect(
    problemsByField([
      { field: `settings.sources.${at}.quota`, problem: "too small" },
      { field: "settings.preRanker.keep", problem: "cuts nothing" },
    ]),
  ).toEqual({ "source.trending.quota": "too small", "preRanker.keep": "cuts nothing" });
});
