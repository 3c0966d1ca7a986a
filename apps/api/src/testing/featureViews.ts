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
