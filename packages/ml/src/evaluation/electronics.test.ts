import { describe, expect, it } from "vitest";
import { fitAls } from "../recommenders/als";
import { ALS_PRESETS } from "../recommenders/alsPresets";
import { fitEase, scoreEase } from "../recommenders/ease";
import { createItemKnnScorer, fitItemKnn } from "../recommenders/itemKnn";
import { fitPopularity } from "../recommenders/popularity";
import { scoreFactors } from "../recommenders/scoreFactors";
import { describeData, itemsOf, readSplit } from "../sharedData.test-support";
import { evaluateFullRanking, type Scorer } from "./fullRanking";

const electronics = describeData("electronics");
describe.skipIf(electronics.skip)(`reference figures on ${electronics.label}`, () => {
  const { train, test } = readSplit("electronics");
  const evaluate = (score: Scorer) => evaluateFullRanking({ train, test, k: 20, score });

  it("popularity: R@20 .0885, N@20 .0487", () => {
    const counts = fitPopularity(train);
    const result = evaluate((_user, out) => out.set(counts));
    expect(result.users).toBe(1435);
    expect(Math.abs(result.recallAtK - 0.0885)).toBeLessThan(0.0005);
    expect(Math.abs(result.ndcgAtK - 0.0487)).toBeLessThan(0.0005);
  });

  it("item-item, 100 neighbours: R@20 .1150, N@20 .0704", () => {
    const addScores = createItemKnnScorer(fitItemKnn(train, { k: 100 }));
    const result = evaluate((user, out) => {
      out.fill(0);
      addScores(itemsOf(train, user), out);
    });
    // Four lists in five are cut inside a tie; random tie orders give R@20 from .1130 to .1157.
    expect(Math.abs(result.recallAtK - 0.115)).toBeLessThan(0.0015);
    expect(Math.abs(result.ndcgAtK - 0.0704)).toBeLessThan(0.0005);
  });

  it("EASE, λ 200: R@20 .1332, N@20 .0820", () => {
    const b = fitEase(train, { lambda: 200 });
    const result = evaluate((user, out) => {
      out.fill(0);
      scoreEase(b, train.nCols, itemsOf(train, user), out);
    });
    expect(Math.abs(result.recallAtK - 0.1332)).toBeLessThan(0.0005);
    expect(Math.abs(result.ndcgAtK - 0.082)).toBeLessThan(0.0005);
  });

  it("ALS: R@20 ≥ .137, N@20 ≥ .082", () => {
    const model = fitAls(train, { ...ALS_PRESETS.sparse, seed: 1 });
    const result = evaluate((user, out) => scoreFactors(model, user, out));
    expect(result.recallAtK).toBeGreaterThanOrEqual(0.137);
    expect(result.ndcgAtK).toBeGreaterThanOrEqual(0.082);
  });
});
