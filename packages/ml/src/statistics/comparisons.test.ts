import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { computeProbabilitySequence, computeSequenceWidth } from "./confidenceSequence";
import { computeChiSquareTail, computeLogGamma } from "./gamma";
import { compareSamples } from "./mannWhitney";
import { compareProportions, computeFisherP } from "./proportions";

const close = (got: number, want: number, relative = 1e-9) =>
  expect(Math.abs(got - want)).toBeLessThan(1e-12 + relative * Math.abs(want));

// log Γ from the C library; chi-square from scipy, and for ten degrees from the closed form of even ones.
describe("log gamma and the tail of chi-square", () => {
  it.each([
    [0.5, 0.5723649429247001],
    [1, 0],
    [10.3, 13.48203678613836],
    [1e6, 12815504.569147611],
  ])("log Γ(%d) is %d", (x, want) => close(computeLogGamma(x), want, 1e-11));

  it.each([
    [3.841458820694124, 1, 0.05],
    [100, 1, 1.5239706048321e-23],
    [12.5, 10, 0.25298532330929824],
    [0, 3, 1],
  ])("P(χ² ≥ %d) with %d degrees is %d", (x, df, want) => close(computeChiSquareTail(x, df), want, 1e-8));
});

describe("two proportions", () => {
  it("agrees with Fisher's own example of the lady and the tea", () => {
    close(computeFisherP({ events: 3, n: 4 }, { events: 1, n: 4 }), 0.4857142857142857);
  });

  it("changes its sign and nothing else when the arms change places", () => {
    const a = { events: 60, n: 1000 };
    const b = { events: 40, n: 900 };
    close(compareProportions(a, b).z, -compareProportions(b, a).z);
    close(computeFisherP(a, b), computeFisherP(b, a), 1e-6);
  });

  it("sees no difference where nobody had the event", () => {
    expect(compareProportions({ events: 0, n: 10 }, { events: 0, n: 20 })).toEqual({ z: 0, p: 1 });
    expect(() => compareProportions({ events: 3, n: 2 }, { events: 0, n: 2 })).toThrow(/3 of 2/);
  });
});

describe("the Mann–Whitney test", () => {
  it("of two against two values cannot be significant, however far apart", () => {
    const { u, pExact } = compareSamples([5.1, 5.2], [4.9, 5.0]);
    expect(u).toBe(4);
    close(pExact!, 1 / 3);
  });

  it("says the same of the same values in any order and any unit", () => {
    const values = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(values, values, (a, b) => {
        const plain = compareSamples(a, b);
        const other = compareSamples(
          [...a].reverse().map((x) => x * 8),
          b.map((x) => x * 8),
        );
        expect(other.pAsymptotic).toBe(plain.pAsymptotic);
        expect(other.shift).toBe(plain.shift * 8);
        const swapped = compareSamples(b, a);
        close(swapped.superiority, 1 - plain.superiority);
        close(swapped.pAsymptotic, plain.pAsymptotic);
      }),
    );
  });

  it("refuses an empty sample", () => {
    expect(() => compareSamples([], [1])).toThrow(/at least one/);
  });
});

describe("confidence sequences", () => {
  it("of a probability hold the truth at every look in at least 95 % of runs", async () => {
    const { createRandom } = await import("../random/random");
    const random = createRandom("sequence");
    const alpha = 0.05;
    for (const p of [0.003, 0.2, 0.5]) {
      let missed = 0;
      for (let run = 0; run < 400; run++) {
        let events = 0;
        for (let n = 1; n <= 3_000; n++) {
          if (random.next() < p) events++;
          // Every look while there are few, then every twentieth.
          if (n > 100 && n % 20 !== 0) continue;
          const { low, high } = computeProbabilitySequence(events, n, alpha);
          if (p < low || p > high) {
            missed++;
            break;
          }
        }
      }
      expect(missed / 400).toBeLessThanOrEqual(alpha);
    }
  });

  it("are wider than a fixed interval and narrowest, in standard errors, near the size they are tuned for", () => {
    const at = (n: number) => computeSequenceWidth(n, 0.05, 1_000);
    expect(at(1_000)).toBeGreaterThan(1.96);
    expect(at(1_000)).toBeLessThan(3.2);
    expect(at(10)).toBeGreaterThan(at(1_000));
    expect(at(1_000_000)).toBeGreaterThan(at(1_000));
  });

  it("know nothing of no data", () => {
    expect(computeProbabilitySequence(0, 0, 0.05)).toEqual({ low: 0, high: 1 });
    expect(computeProbabilitySequence(0, 1_000, 0.05).high).toBeLessThan(0.01);
  });
});
