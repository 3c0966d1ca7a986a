import { describe, expect, it } from "vitest";
import { buildCsr, type CsrMatrix } from "../matrix/csr";
import { fitAls } from "../recommenders/als";
import { ALS_PRESETS } from "../recommenders/alsPresets";
import { fitEase, scoreEase } from "../recommenders/ease";
import { createItemKnnScorer, fitItemKnn } from "../recommenders/itemKnn";
import { fitPopularity } from "../recommenders/popularity";
import { scoreFactors } from "../recommenders/scoreFactors";
import { describeData, readDataText } from "../sharedData.test-support";
import { evaluateFullRanking, type Scorer } from "./fullRanking";

/** Items are numbered by first appearance in train: the order ties are broken in. */
function readSplit(folder: string) {
  const itemIndex = new Map<number, number>();
  const read = (file: string) => {
    const rows: number[] = [];
    const cols: number[] = [];
    for (const line of readDataText(`${folder}/${file}`).trim().split("\n")) {
      const [user, ...items] = line.trim().split(/\s+/).map(Number);
      for (const item of items) {
        if (!itemIndex.has(item)) itemIndex.set(item, itemIndex.size);
        rows.push(user!);
        cols.push(itemIndex.get(item)!);
      }
    }
    return { rows, cols };
  };
  const [train, test] = [read("train.txt.gz"), read("test.txt.gz")];
  const nUsers = 1 + train.rows.reduce((max, user) => Math.max(max, user), 0);
  const build = (pairs: typeof train) => buildCsr(pairs.rows, pairs.cols, null, nUsers, itemIndex.size);
  return { train: build(train), test: build(test) };
}

function itemsOf(m: CsrMatrix, user: number): Int32Array {
  return m.colIdx.subarray(m.rowPtr[user]!, m.rowPtr[user + 1]!);
}

const electronics = describeData("electronics");
describe.skipIf(electronics.skip)(`reference figures on ${electronics.label}`, () => {
  const { train, test } = electronics.skip
    ? { train: buildCsr([], [], null, 0, 0), test: buildCsr([], [], null, 0, 0) }
    : readSplit("electronics");
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
