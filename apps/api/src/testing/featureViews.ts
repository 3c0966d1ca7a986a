/** A small definition as a person writes it: no version, defaults left out. */
export const CLICKS = {
  name: "clicks",
  owner: "tests",
  entity: "shopper",
  source: { types: ["view", "click", "purchase"] },
  mode: "both",
  freshnessObjectiveSeconds: 10,
  features: [
    {
      name: "clicks",
      op: "count",
      windows: ["1h", "7d"],
      where: { field: "type", op: "eq", value: "click" },
    },
    { name: "spend", op: "sum", field: "value", windows: [null] },
  ],
} as const;

/** The plan of a backfill that would write nothing, made just now. */
export const EMPTY_PLAN = {
  computedAtMs: Date.now(),
  nEvents: 0,
  nRows: 0,
  bytes: 0,
  seconds: 0,
  against: null,
  nSampled: 0,
  rows: { new: 0, changed: 0, unchanged: 0 },
  outputs: [],
  consumers: [],
};
