import type { Evaluation } from "@shortlist/contracts";
import { describe, expect, it } from "vitest";
import { evaluationVerdict, headlineMetric, metricLabel, metricRows, sliceRows } from "./evaluation";

const evaluation: Evaluation = {
  protocol: "time split",
  k: 20,
  trainFrom: "2026-07-03T00:00:00Z",
  splitAt: "2026-08-23T00:00:00Z",
  testTo: "2026-08-31T00:00:00Z",
  subject: {
    name: "ranker",
    users: 345,
    metrics: { mrr: 0.2, ndcgAt20: 0.16, coverageAt20: 0.66, mapAt20: null },
  },
  baselines: [
    {
      name: "popularity",
      users: 345,
      metrics: { mrr: 0.06, ndcgAt20: 0.04, coverageAt20: 0.03, mapAt20: null },
    },
    { name: "random", users: 345, metrics: { mrr: 0.01, ndcgAt20: 0.01, coverageAt20: 0.99, mapAt20: null } },
  ],
};

describe("evaluation", () => {
  it("names metrics in words", () => {
    expect(metricLabel("recallAt20")).toBe("Recall@20");
    expect(metricLabel("mrr")).toBe("MRR");
    expect(metricLabel("something_else")).toBe("something_else");
  });

  it("judges by NDCG when there is one", () => {
    expect(headlineMetric(evaluation)).toBe("ndcgAt20");
    expect(headlineMetric(null)).toBeNull();
  });

  it("sets the subject beside its baselines, each row on its own scale", () => {
    const ndcg = metricRows(evaluation).find(({ key }) => key === "ndcgAt20")!;
    expect(ndcg.entries.map(({ name, share }) => [name, share])).toEqual([
      ["ranker", 1],
      ["popularity", 0.25],
      ["random", 0.0625],
    ]);
    expect(ndcg.liftOverBest).toBeCloseTo(3);
  });

  it("leaves what was not computed empty instead of zero", () => {
    const map = metricRows(evaluation).find(({ key }) => key === "mapAt20")!;
    expect(map.liftOverBest).toBeNull();
    expect(map.entries.every(({ value, share }) => value === null && share === null)).toBe(true);
  });

  it("says how it did against popularity, on how many shoppers and when", () => {
    expect(evaluationVerdict(evaluation)).toBe(
      "NDCG@20 0.1600, 4.0 times popularity on 2026-08-23 – 2026-08-31, n = 345 shoppers.",
    );
  });

  it("does not hide a model that loses", () => {
    const loses = { ...evaluation, subject: { ...evaluation.subject, metrics: { ndcgAt20: 0.02 } } };
    expect(evaluationVerdict(loses)).toContain("below popularity (0.0400)");
  });

  it("sets slices of the subject beside the same slices of the baselines, and has none where none were measured", () => {
    expect(sliceRows(evaluation, "ndcgAt20")).toEqual([]);
    const slice = (value: number) => [
      { by: "items", name: "long tail", users: 40, metrics: { ndcgAt20: value } },
    ];
    const [popularity, random] = evaluation.baselines;
    const sliced: Evaluation = {
      ...evaluation,
      subject: { ...evaluation.subject, slices: slice(0.1) },
      baselines: [{ ...popularity!, slices: slice(0) }, random!],
    };
    expect(sliceRows(sliced, "ndcgAt20")).toEqual([
      {
        by: "items",
        name: "long tail",
        users: 40,
        values: [
          { name: "ranker", value: 0.1 },
          { name: "popularity", value: 0 },
          { name: "random", value: null },
        ],
      },
    ]);
  });
});
