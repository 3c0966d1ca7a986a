import { describe, expect, it } from "vitest";
import { canonicalFeatureViewJson, durationSeconds, FeatureView, findVersionProblem } from "./featureView";

const given = {
  name: "shopper_activity",
  version: 1,
  owner: "ranking",
  entity: "shopper",
  source: { types: ["view", "click"] },
  fields: { "context.age": { type: "number", pii: "none" } },
  features: [{ name: "clicks", op: "count", windows: ["1h", null] }],
  mode: "both",
  freshnessObjectiveSeconds: 10,
};
const problems = (change: object) =>
  (FeatureView.safeParse({ ...given, ...change }).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".")}: ${message}`,
  );

describe("FeatureView", () => {
  it("fills in what may be left out", () => {
    expect(FeatureView.parse(given)).toMatchObject({ ttl: null, allowedLateness: "1d", description: "" });
    expect(durationSeconds("7d")).toBe(604_800);
  });

  it("refuses fields classified PII and names them", () => {
    const email = { "context.email": { type: "text", pii: "pii" } };
    const features = [{ name: "mail", op: "last", field: "context.email", windows: [null] }];
    expect(problems({ fields: email, features })).toEqual([
      "features.0.field: context.email is classified PII: features may not read it (remove it)",
    ]);
    const where = { not: { field: "context.email", op: "exists" } };
    expect(problems({ fields: email, source: { types: ["view"], where } })[0]).toMatch(
      /^source.where.not.field/,
    );
  });

  it.each([
    [
      "an undeclared field",
      [{ name: "x", op: "sum", field: "context.price", windows: ["1d"] }],
      /features.0.field: context.price is not known: declare it/,
    ],
    [
      "a text where a number is needed",
      [{ name: "x", op: "sum", field: "itemId", windows: ["1d"] }],
      /features.0.field: itemId is text, this needs number/,
    ],
    [
      "a comparison of unlike types",
      [{ name: "x", op: "count", windows: ["1d"], where: { field: "value", op: "eq", value: "9" } }],
      /features.0.where.field: value is number/,
    ],
    [
      "a window below 5 minutes",
      [{ name: "x", op: "count", windows: ["1m"] }],
      /features.0.windows.0: use a window from 5m/,
    ],
    [
      "two features of one name",
      [
        { name: "x", op: "count", windows: ["1d"] },
        { name: "x", op: "count", windows: ["1d"] },
      ],
      /features.1.name: x_1d is defined twice/,
    ],
  ])("refuses %s, naming the field and the remedy", (_, features, wanted) => {
    expect(problems({ features }).join("\n")).toMatch(wanted);
  });

  it("has no place for SQL", () => {
    expect(problems({ source: { types: ["view"], where: { sql: "1 = 1" } } })).not.toEqual([]);
    const field = 'context.a" OR 1=1';
    expect(problems({ features: [{ name: "x", op: "last", field, windows: [null] }] })).not.toEqual([]);
  });
});

describe("versions", () => {
  const published = [FeatureView.parse(given)];
  const next = (change: object) => FeatureView.parse({ ...given, ...change });

  it("never change: the same content may be published again, other content needs the next version", () => {
    expect(findVersionProblem(published, next({}))).toBeNull();
    expect(findVersionProblem(published, next({ ttl: "1d" }))?.problem).toMatch(/use version 2/);
    expect(findVersionProblem(published, next({ ttl: "1d", version: 2 }))).toBeNull();
    expect(findVersionProblem(published, next({ version: 4 }))?.field).toBe("version");
  });

  it("are compared by content, not by the order of keys", () => {
    const reordered = Object.fromEntries(Object.entries(given).reverse());
    expect(canonicalFeatureViewJson(FeatureView.parse(reordered))).toBe(
      canonicalFeatureViewJson(published[0]!),
    );
  });
});
