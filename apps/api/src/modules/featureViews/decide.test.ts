import { FeatureView } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import { CLICKS } from "../../testing/featureViews";
import { computeConsumers, findRetireProblem, planApply } from "./decide";
import { diffViews } from "./diff";

const publish = (o: object = {}, version = 1) => FeatureView.parse({ ...CLICKS, version, ...o });
const only = (published: readonly FeatureView[], draft: unknown) => planApply(published, [draft])[0]!;
const [count, spend] = CLICKS.features;

describe("applying a definition", () => {
  test.each([
    ["a new view is version 1", [], CLICKS, { action: "create", version: 1, changes: [] }],
    ["the same content changes nothing", [publish()], CLICKS, { action: "unchanged", version: 1 }],
    [
      "the same content with its version changes nothing",
      [publish()],
      { ...CLICKS, version: 1 },
      { action: "unchanged", version: 1 },
    ],
    [
      "an older version as it was published changes nothing",
      [publish(), publish({ ttl: "7d" }, 2)],
      { ...CLICKS, version: 1 },
      { action: "unchanged", version: 1 },
    ],
    [
      "changed content without a version is the next version",
      [publish(), publish({ ttl: "1d" }, 2)],
      { ...CLICKS, ttl: "7d" },
      { action: "new_version", version: 3, changes: [{ field: "ttl", before: "1d", after: "7d" }] },
    ],
    [
      "content of an older version without a version goes back to it as a new one",
      [publish(), publish({ ttl: "1d" }, 2)],
      CLICKS,
      { action: "new_version", version: 3, changes: [{ field: "ttl", before: "1d", after: null }] },
    ],
    [
      "defaults written out say the same",
      [publish()],
      { ...CLICKS, ttl: null, allowedLateness: "1d", description: "", fields: {} },
      { action: "unchanged", version: 1 },
    ],
  ] as const)("%s", (_what, published, draft, plan) => {
    expect(only(published, draft)).toMatchObject(plan);
  });
});

describe("a refusal names the field and the remedy", () => {
  test.each([
    [
      "changed content under a published version",
      [publish()],
      { ...CLICKS, version: 1, ttl: "7d" },
      [
        { field: "version", problem: "clicks version 1 is published and cannot change: use version 2" },
        { field: "ttl", problem: "differs from the published version 1" },
      ],
    ],
    [
      "a skipped version",
      [publish()],
      { ...CLICKS, version: 3 },
      [{ field: "version", problem: "the next version of clicks is 2" }],
    ],
    [
      "a missing field",
      [],
      { ...CLICKS, owner: undefined },
      [{ field: "owner", problem: "is missing: give a string" }],
    ],
    [
      "an unknown field",
      [],
      { ...CLICKS, windows: [] },
      [{ field: "windows", problem: "is not known here: remove or rename it" }],
    ],
    [
      "a window too short, in the form that was meant",
      [],
      { ...CLICKS, features: [{ ...count, windows: ["1m"] }] },
      [{ field: "features.0.windows.0", problem: "use a window from 5m to 730d, or null for all time" }],
    ],
    [
      "a wrong operand deep in a filter",
      [],
      { ...CLICKS, source: { ...CLICKS.source, where: { all: [{ field: "value", op: "gt", value: "x" }] } } },
      [{ field: "source.where.all.0.value", problem: "Invalid input: expected number, received string" }],
    ],
    [
      "PII",
      [],
      {
        ...CLICKS,
        fields: { "context.email": { type: "text", pii: "pii" } },
        features: [{ name: "mails", op: "distinct", field: "context.email", windows: ["7d"] }],
      },
      [
        {
          field: "features.0.field",
          problem: "context.email is classified PII: features may not read it (remove it)",
        },
      ],
    ],
    [
      "everything that is wrong, not the first thing only",
      [],
      {
        ...CLICKS,
        features: [
          { ...spend, field: "brand" },
          { ...spend, name: "s2", field: "surface" },
        ],
      },
      [
        { field: "features.0.field", problem: expect.stringContaining("brand is not known") },
        { field: "features.1.field", problem: expect.stringContaining("surface is text, this needs number") },
      ],
    ],
    [
      "a name that rankers use themselves",
      [],
      { ...CLICKS, name: "rank_features" },
      [{ field: "name", problem: "rank_features is a name of our own: choose another" }],
    ],
    ["something else than a definition", [], "clicks", [{ field: "(top)", problem: expect.any(String) }]],
  ])("%s", (_what, published, draft, problems) => {
    const plan = only(published, draft);
    expect(plan.action).toBe("refused");
    expect("problems" in plan && plan.problems).toEqual(problems);
  });

  test("a name that comes twice is refused the second time", () => {
    const plans = planApply([], [CLICKS, { ...CLICKS, ttl: "7d" }]);
    expect(plans.map(({ action }) => action)).toEqual(["create", "refused"]);
  });
});

test("versions are compared feature by feature, by name and not by place", () => {
  const before = publish();
  const after = publish({
    features: [{ name: "views", op: "count", windows: ["1h"] }, spend, { ...count, windows: ["1h", "30d"] }],
  });
  expect(diffViews(before, after)).toEqual([
    { field: "features.clicks.windows", before: ["1h", "7d"], after: ["1h", "30d"] },
    { field: "features.views", before: null, after: { op: "count", windows: ["1h"] } },
  ]);
});

describe("readers of a view", () => {
  const feature = (name: string, view: string, viewVersion: number) => ({ name, view, viewVersion });
  const model = (modelVersion: number, features: ReturnType<typeof feature>[]) => ({
    modelVersionId: `m${modelVersion}`,
    modelName: "ranker",
    modelVersion,
    kind: "ranker",
    features,
  });
  const models = [
    model(1, [feature("clicks_1h", "clicks", 1), feature("clicks_7d", "clicks", 1)]),
    model(2, [feature("x", "other", 1)]),
    model(3, [feature("clicks_1h", "clicks", 2)]),
  ];
  const releases = [
    { number: 2, isCurrent: false, modelVersionIds: ["m3"] },
    { number: 1, isCurrent: true, modelVersionIds: ["m1"] },
  ];
  const consumers = computeConsumers("clicks", { models, releases });

  test("are the models that name it, those that serve first, with the releases they are part of", () => {
    expect(consumers).toMatchObject([
      { modelVersion: 1, viewVersion: 1, features: ["clicks_1h", "clicks_7d"], releases: [{ number: 1 }] },
      { modelVersion: 3, viewVersion: 2, releases: [{ number: 2, isCurrent: false }] },
    ]);
  });

  test("keep the version they read from being retired while they serve", () => {
    expect(findRetireProblem(1, consumers)).toContain("ranker@1 of the current release");
    expect(findRetireProblem(2, consumers)).toBeNull();
  });
});
