import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { computeNormalCdf } from "../statistics/normal";
import { computeBestProbability, type Draw, drawEpsilonGreedy, drawThompson } from "./draw";
import { lookUpNormalCdf } from "./normalTable";

const DRAWS = 40_000;

/** Four standard errors: about one of 15,000 comparisons fails by chance, and the seeds are fixed. */
function expectFrequenciesToMatch(n: number, draw: () => Draw): void {
  const counts = new Array<number>(n).fill(0);
  const said = new Array<number>(n).fill(0);
  for (let i = 0; i < DRAWS; i++) {
    const { arm, propensity } = draw();
    counts[arm]!++;
    said[arm] = propensity;
  }
  for (let arm = 0; arm < n; arm++) {
    const frequency = counts[arm]! / DRAWS;
    const p = said[arm]!;
    if (counts[arm] === 0) continue;
    expect(Math.abs(frequency - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / DRAWS) + 1e-9);
  }
}

describe("the table of the normal", () => {
  it("is within 4e-8 of the distribution function everywhere", () => {
    for (let x = -7; x <= 7; x += 0.0007)
      expect(Math.abs(lookUpNormalCdf(x) - computeNormalCdf(x))).toBeLessThan(4e-8);
  });
});

describe("ε-greedy", () => {
  it.each([0, 0.1, 0.5, 1])("with ε = %d draws as often as the propensity says", (epsilon) => {
    const random = createRandom(`epsilon-${epsilon}`);
    expectFrequenciesToMatch(7, () => drawEpsilonGreedy(random, 7, epsilon));
  });

  it("draws the same for the same seed", () => {
    const draw = () => drawEpsilonGreedy(createRandom("request-1"), 50, 1);
    expect(draw()).toEqual(draw());
  });

  it("refuses no arms and an ε outside [0, 1]", () => {
    expect(() => drawEpsilonGreedy(createRandom(1), 0, 0.1)).toThrow(/nothing to draw/);
    expect(() => drawEpsilonGreedy(createRandom(1), 2, 1.1)).toThrow(/epsilon/);
  });
});

describe("Thompson sampling", () => {
  it.each([
    ["alike", [0, 0, 0], [1, 1, 1]],
    ["one ahead", [1, 0, 0.5, -1], [0.5, 0.5, 0.5, 0.5]],
    ["the last one unknown", [1, 0.9, 0.2, 0], [0.1, 0.2, 0.1, 1]],
  ])("%s: draws as often as the propensity says", (name, means, deviations) => {
    const random = createRandom(name);
    const beliefs = { means, deviations, count: means.length };
    const said = means.map((_, arm) => computeBestProbability(arm, beliefs));
    const counts = means.map(() => 0);
    for (let i = 0; i < DRAWS; i++) {
      let arm = 0;
      let largest = Number.NEGATIVE_INFINITY;
      means.forEach((mean, j) => {
        const value = mean + deviations[j]! * random.normal();
        if (value > largest) {
          largest = value;
          arm = j;
        }
      });
      counts[arm]!++;
    }
    said.forEach((p, arm) => {
      expect(Math.abs(counts[arm]! / DRAWS - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / DRAWS) + 1e-5);
    });
  });

  it("logs the probability of what it drew", () => {
    const beliefs = { means: [1, 0.5, 0], deviations: [0.6, 0.6, 0.6], count: 3 };
    for (let seed = 0; seed < 20; seed++) {
      const { arm, propensity } = drawThompson(createRandom(seed), beliefs);
      expect(propensity).toBe(computeBestProbability(arm, beliefs));
    }
    const random = createRandom("drawn");
    const few = { means: [0.3, 0], deviations: [1, 1], count: 2 };
    let first = 0;
    for (let i = 0; i < 2_000; i++) if (drawThompson(random, few).arm === 0) first++;
    const p = computeBestProbability(0, few);
    expect(Math.abs(first / 2_000 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 2_000));
  });

  it("is, for two arms, the closed form Φ((μ₁ − μ₂) / √(σ₁² + σ₂²))", () => {
    const belief = fc.tuple(
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 0.1, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(belief, belief, ([m1, s1], [m2, s2]) => {
        const p = computeBestProbability(0, { means: [m1, m2], deviations: [s1, s2], count: 2 });
        expect(Math.abs(p - computeNormalCdf((m1 - m2) / Math.hypot(s1, s2)))).toBeLessThan(1e-5);
      }),
    );
  });

  it("sums to 1 over all arms, however different the beliefs", () => {
    const arms = fc.array(
      fc.tuple(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: 0.1, max: 1, noNaN: true })),
      { minLength: 1, maxLength: 50 },
    );
    fc.assert(
      fc.property(arms, (pairs) => {
        const beliefs = {
          means: pairs.map(([mean]) => mean),
          deviations: pairs.map(([, deviation]) => deviation),
          count: pairs.length,
        };
        const sum = pairs.reduce((total, _, arm) => total + computeBestProbability(arm, beliefs), 0);
        expect(Math.abs(sum - 1)).toBeLessThan(1e-4);
      }),
      { numRuns: 50 },
    );
  });

  it("refuses a belief without doubt", () => {
    expect(() => drawThompson(createRandom(1), { means: [1], deviations: [0], count: 1 })).toThrow(/> 0/);
  });
});
