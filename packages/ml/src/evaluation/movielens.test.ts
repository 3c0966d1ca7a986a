import { describe, expect, it } from "vitest";
import { fitAls } from "../recommenders/als";
import { ALS_PRESETS } from "../recommenders/alsPresets";
import { scoreFactors } from "../recommenders/scoreFactors";
import { describeData, readSplit } from "../sharedData.test-support";
import { evaluateFullRanking } from "./fullRanking";

const movielens = describeData("ml-1m-ultragcn");
describe.skipIf(movielens.skip)(`reference figures on ${movielens.label}`, () => {
  // About 22 s alone on one core; the limit leaves room for a busy machine.
  it("ALS, 64 factors: R@20 ≥ .270, N@20 ≥ .260", { timeout: 180_000 }, () => {
    const { train, test } = readSplit("ml-1m-ultragcn");
    const model = fitAls(train, { ...ALS_PRESETS.dense, seed: 1 });
    const result = evaluateFullRanking({
      train,
      test,
      k: 20,
      score: (user, out) => scoreFactors(model, user, out),
    });
    expect(result.users).toBe(6022);
    expect(result.recallAtK).toBeGreaterThanOrEqual(0.27);
    expect(result.ndcgAtK).toBeGreaterThanOrEqual(0.26);
  });
});
