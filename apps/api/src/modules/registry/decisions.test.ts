import type { AliasPolicy, Evaluation, ModelManifest } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import { emptyManifest } from "../../testing/packages";
import { checkApproval, decideAliasMove, describePolicyChange, findAliasAt } from "./aliasDecide";
import { compareVersions } from "./compareVersions";
import { decideLayout, makeGoldenRows } from "./decideRanker";
import { decideArchival } from "./keepDecide";
import { explainLoadError } from "./probe/explainError";
import { parseSearch, type Searched } from "./search";

const policy = (o: Partial<AliasPolicy> = {}): AliasPolicy => ({
  protected: ["champion"],
  secondPerson: false,
  ...o,
});
const move = (o: object = {}) => ({
  alias: "champion",
  current: 1,
  wanted: 2,
  reason: "better",
  mayMoveProtected: true,
  ...o,
});

describe("an alias", () => {
  test.each([
    ["stays where it already is", policy(), move({ wanted: 1, reason: "" }), "none"],
    ["moves freely when it is not protected", policy(), move({ alias: "try", reason: "" }), "move"],
    ["moves with permission and reason when it is protected", policy(), move(), "move"],
    ["is asked for without the permission", policy(), move({ mayMoveProtected: false }), "ask"],
    ["waits for a second person where one is wanted", policy({ secondPerson: true }), move(), "ask"],
    [
      "that is protected is asked for also to take it away",
      policy({ secondPerson: true }),
      move({ wanted: null }),
      "ask",
    ],
  ])("%s", (_what, rules, request, expected) => {
    expect(decideAliasMove(rules, request)).toBe(expected);
  });

  test("that is protected never moves without a reason", () => {
    expect(() => decideAliasMove(policy(), move({ reason: "  " }))).toThrow(
      expect.objectContaining({ fields: [{ field: "reason", problem: expect.any(String) }] }),
    );
  });

  test.each([
    ["by whoever asked", { requestedBy: "ann", decidedAt: null }, true, /Somebody else/],
    ["without the permission", { requestedBy: "bob", decidedAt: null }, false, /for an Admin/],
    ["twice", { requestedBy: "bob", decidedAt: new Date() }, true, /decided before/],
  ])("is not approved %s", (_what, request, mayMoveProtected, why) => {
    expect(() => checkApproval(request, { actor: "ann", mayMoveProtected })).toThrow(why);
  });

  test("is known for every moment of the past", () => {
    const moves = [
      { alias: "champion", fromVersion: null, toVersion: 3, at: new Date("2026-05-01") },
      { alias: "champion", fromVersion: 3, toVersion: null, at: new Date("2026-05-04") },
      { alias: "champion", fromVersion: null, toVersion: 5, at: new Date("2026-05-06") },
    ];
    const on = (day: string) => findAliasAt(moves, new Date(day));
    expect(["2026-04-30", "2026-05-01", "2026-05-03", "2026-05-05", "2026-06-01"].map(on)).toEqual([
      null,
      3,
      3,
      null,
      5,
    ]);
  });
});

test.each([
  ["nothing", {}, null],
  ["another order", { protected: ["prod", "champion"] }, null],
  ["a name more", { protected: ["champion", "prod", "eu"] }, "protected eu"],
  ["a name less", { protected: ["prod"] }, "no longer protects champion"],
  [
    "names and the second person",
    { protected: ["champion", "eu"], secondPerson: true },
    "protected eu; no longer protects prod; moves of protected aliases now take a second person",
  ],
])("a change of who may move an alias is told: %s", (_what, after, expected) => {
  const before = policy({ protected: ["champion", "prod"] });
  expect(describePolicyChange(before, { ...before, ...after })).toBe(expected);
});

const evaluation = (ndcgAt20: number | null, o: Partial<Evaluation> = {}): Evaluation => ({
  protocol: "p",
  k: 20,
  trainFrom: null,
  splitAt: "2026-05-01",
  testTo: null,
  subject: { name: "s", users: 10, metrics: { ndcgAt20 } },
  baselines: [],
  ...o,
});
const searched = (o: Partial<Searched> = {}): Searched => ({
  name: "home_ranker",
  kind: "ranker",
  createdAt: new Date("2026-05-03"),
  isArchived: false,
  isServing: true,
  tags: [
    { key: "team", value: "growth" },
    { key: "note", value: 'a=b "twice" told' },
  ],
  aliases: ["champion"],
  evaluation: evaluation(0.12),
  ...o,
});

test.each([
  ["", true],
  ["home", true],
  ["HOME", true],
  ["cart", false],
  ["kind:ranker tag:team=growth alias:Champion metrics.ndcgAt20>0.1 created>=2026-05-03", true],
  ["kind:popularity", false],
  ["name:home_ranker", true],
  ["tag:team", true],
  ["tag:team=search", false],
  ['tag:note="a=b ""twice"" told"', true],
  ['tag:note="a=b"', false],
  ["is:serving", true],
  ["metrics.ndcgAt20>0.12", false],
  ["metrics.recallAt20<1", false],
  ["created<2026-05-01", false],
  ["is:archived", false],
])("the search %j finds it: %s", (text, expected) => {
  expect(parseSearch(text)(searched())).toBe(expected);
});

test("archived versions are found only when they are asked for", () => {
  const archived = searched({ isArchived: true });
  expect([parseSearch("home")(archived), parseSearch("home is:archived")(archived)]).toEqual([false, true]);
});

test.each(["metrics.ndcgAt20>high", "created>yesterday", "owner:me", 'tag:team="home'])(
  "the search %j names the term that is not understood",
  (text) => {
    expect(() => parseSearch(text)).toThrow(
      expect.objectContaining({ fields: [{ field: "search", problem: expect.stringContaining(text) }] }),
    );
  },
);

test("a comparison shows what differs and nothing else", () => {
  const feature = (name: string, o: object = {}): ModelManifest["features"][number] => ({
    name,
    view: "rank_features",
    viewVersion: 1,
    dtype: "float32",
    default: 0,
    min: null,
    max: null,
    ...o,
  });
  const version = (o: Partial<ModelManifest>, sha256: string, ndcg: number) => ({
    ref: "m@1",
    manifest: { ...emptyManifest("m", "ranker"), ...o },
    artifacts: [{ name: "model.onnx", sha256, bytes: 1 }],
    evaluation: evaluation(ndcg),
  });
  const before = version(
    { features: [feature("a"), feature("b"), feature("gone")], parameters: { l2: 1, rows: 5 } },
    "aa",
    0.1,
  );
  const after = version(
    {
      features: [feature("b"), feature("a", { viewVersion: 2 }), feature("new")],
      parameters: { l2: 2, rows: 5 },
    },
    "bb",
    0.25,
  );
  expect(compareVersions(before, after)).toEqual({
    manifest: [],
    features: [
      { what: "a", before: expect.stringContaining("@1"), after: expect.stringContaining("@2") },
      { what: "gone", before: expect.any(String), after: null },
      { what: "new", before: null, after: expect.any(String) },
      { what: "a", before: "column 0", after: "column 1" },
      { what: "b", before: "column 1", after: "column 0" },
    ],
    parameters: [{ what: "l2", before: "1", after: "2" }],
    artifacts: [{ what: "model.onnx", before: "aa", after: "bb" }],
    metrics: [{ metric: "ndcgAt20", before: 0.1, after: 0.25, change: 0.15 }],
    metricsDifferIn: null,
  });
  expect(compareVersions(before, before)).toMatchObject({ features: [], metrics: [], artifacts: [] });
  const otherDays = { ...after, evaluation: evaluation(0.3, { splitAt: "2026-06-01" }) };
  expect(compareVersions(before, otherDays).metricsDifferIn).toBe("splitAt");
});

test("the newest ten stay, and of the older ones those that something points at", () => {
  const versions = Array.from({ length: 14 }, (_, i) => ({
    id: `v${14 - i}`,
    isArchived: false,
    isHeld: i === 11,
  }));
  expect(decideArchival(versions)).toEqual(["v4", "v2", "v1"]);
  expect(decideArchival(versions.slice(0, 10))).toEqual([]);
});

test.each([
  ["[n]", [3], undefined, { outputColumns: null, scoreColumn: 0 }],
  ["[n, 1]", [3, 1], undefined, { outputColumns: 1, scoreColumn: 0 }],
  ["two probabilities", [3, 2], undefined, { outputColumns: 2, scoreColumn: 1 }],
  ["a column that was said", [3, 2], 0, { outputColumns: 2, scoreColumn: 0 }],
])("a score is found in an output of %s", (_what, dims, scoreColumn, expected) => {
  const data = [0.25, 0.75, 0.5, 0.5, 1, 0].slice(
    0,
    dims.reduce((a, b) => a * b, 1),
  );
  expect(decideLayout({ name: "o", dims, data }, { count: 3, scoreColumn })).toEqual(expected);
});

test.each([
  ["two numbers that are no probabilities", [3, 2], [1, 2, 3, 4, 5, 6], /Say in scoreColumn/],
  ["fewer rows than went in", [1, 1], [1], /shape \[1, 1\] for 3 rows/],
])("no score is guessed from %s", (_what, dims, data, why) => {
  expect(() => decideLayout({ name: "o", dims, data }, { count: 3, scoreColumn: undefined })).toThrow(why);
});

test("golden rows that are made begin with the default and stay inside the ranges", () => {
  const features = [
    { name: "a", view: "v", viewVersion: 1, dtype: "float32" as const, default: 2, min: 1, max: 4 },
    { name: "b", view: "v", viewVersion: 1, dtype: "float32" as const, default: 0, min: null, max: null },
  ];
  const rows = makeGoldenRows(features, 8);
  expect(rows[0]).toEqual([2, 0]);
  expect(rows.every(([a, b]) => a! >= 1 && a! <= 4 && b! >= -1 && b! <= 1)).toBe(true);
  expect(makeGoldenRows(features, 8)).toEqual(rows);
});

test.each([
  ["Could not find an implementation for Gemm(6) node with name ''", /Gemm in version 6.*newer opset/],
  [
    "Fatal error: com.custom:Magic(-1) is not a registered function/op",
    /com\.custom:Magic\(-1\).*without custom/,
  ],
  ["Protobuf parsing failed.", /no ONNX model, or not all of it arrived/],
  ["External data path for initializer is empty", /weights lie in other files/],
])("the runtime's %j becomes a sentence with a remedy", (message, sentence) => {
  expect(explainLoadError(message)).toMatch(sentence);
});
