import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../random/random";
import { judgeCounts, judgeNever } from "./judgeCounts";
import { judgeQuantile } from "./judgeQuantile";
import { type ClusterSums, judgeRatio } from "./judgeRatio";
import { judgeSampleRatio } from "./judgeSampleRatio";

const COUNTS = { marginRatio: 1.5, alpha: 0.01, nMin: 100 };
const RATIO = {
  direction: "decrease",
  marginRelative: 0.05,
  alpha: 0.01,
  nMin: 100,
  tunedFor: 5_000,
} as const;

/** Clicks on ten slates of each of `n` shoppers. */
function drawSums(random: Random, n: number, clickRate: number): ClusterSums {
  const sums = { n, sumX: 0, sumY: 0, sumXX: 0, sumYY: 0, sumXY: 0 };
  for (let i = 0; i < n; i++) {
    const x = 1 + random.int(20);
    let y = 0;
    for (let s = 0; s < x; s++) if (random.next() < clickRate) y++;
    sums.sumX += x;
    sums.sumY += y;
    sums.sumXX += x * x;
    sums.sumYY += y * y;
    sums.sumXY += x * y;
  }
  return sums;
}

describe("counts of what should not happen", () => {
  it("sees ten times the errors in an hour of requests, which a rank test of minutes lets pass", () => {
    const judged = judgeCounts(
      { control: { events: 6, n: 60_000 }, candidate: { events: 60, n: 60_000 } },
      COUNTS,
    );
    expect(judged.verdict).toBe("harm");
    expect(judged.low).toBeGreaterThan(1);
  });

  it("lets few errors on both sides be undecided, and says how much more it needs", () => {
    const judged = judgeCounts(
      { control: { events: 4, n: 10_000 }, candidate: { events: 8, n: 10_000 } },
      COUNTS,
    );
    expect(judged.verdict).toBe("undecided");
    expect(judged.moreN).toBeGreaterThan(0);
  });

  it("is never safe without data, nor without an event unless a rate is named that is fine", () => {
    const none = { control: { events: 0, n: 5_000 }, candidate: { events: 0, n: 5_000 } };
    expect(
      judgeCounts({ control: { events: 0, n: 99 }, candidate: { events: 0, n: 5_000 } }, COUNTS).verdict,
    ).toBe("no_data");
    expect(judgeCounts(none, COUNTS).verdict).toBe("undecided");
    expect(judgeCounts(none, { ...COUNTS, fineRate: 0.005 }).verdict).toBe("safe");
    expect(judgeCounts(none, { ...COUNTS, fineRate: 0.0005 }).verdict).toBe("undecided");
  });

  it("one violation of what must never happen is harm", () => {
    expect(judgeNever({ events: 1, n: 3 }, { nMin: 100 }).verdict).toBe("harm");
    expect(judgeNever({ events: 0, n: 3 }, { nMin: 100 }).verdict).toBe("no_data");
    expect(judgeNever({ events: 0, n: 300 }, { nMin: 100 }).verdict).toBe("safe");
  });

  it("never judges a worse candidate milder", () => {
    const order = ["safe", "undecided", "harm"];
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        (control, events, more) => {
          const at = (k: number) =>
            order.indexOf(
              judgeCounts(
                { control: { events: control, n: 10_000 }, candidate: { events: k, n: 10_000 } },
                COUNTS,
              ).verdict,
            );
          expect(at(events + more)).toBeGreaterThanOrEqual(at(events));
        },
      ),
    );
  });
});

describe("ratios by shopper", () => {
  it("of two equal arms are safe once there is enough, and the interval holds 1", () => {
    const random = createRandom("equal");
    const judged = judgeRatio(
      { control: drawSums(random, 40_000, 0.1), candidate: drawSums(random, 40_000, 0.1) },
      RATIO,
    );
    expect(judged.verdict).toBe("safe");
    expect(judged.low).toBeLessThan(1);
    expect(judged.high).toBeGreaterThan(1);
  });

  it("finds a click-through rate that is a fifth lower", () => {
    const random = createRandom("lower");
    const judged = judgeRatio(
      { control: drawSums(random, 10_000, 0.1), candidate: drawSums(random, 10_000, 0.08) },
      RATIO,
    );
    expect(judged.verdict).toBe("harm");
    expect(judged.estimate).toBeCloseTo(0.8, 1);
  });

  it("has arms change places as the inverse, and knows no unit", () => {
    const random = createRandom("swap");
    const control = drawSums(random, 3_000, 0.1);
    const candidate = drawSums(random, 3_000, 0.09);
    const plain = judgeRatio({ control, candidate }, RATIO);
    const swapped = judgeRatio({ control: candidate, candidate: control }, RATIO);
    expect(swapped.estimate! * plain.estimate!).toBeCloseTo(1, 9);
    expect(swapped.low! * plain.high!).toBeCloseTo(1, 9);
    const cents = (s: ClusterSums) => ({
      ...s,
      sumY: s.sumY * 100,
      sumYY: s.sumYY * 10_000,
      sumXY: s.sumXY * 100,
    });
    const inCents = judgeRatio({ control: cents(control), candidate: cents(candidate) }, RATIO);
    expect(inCents.low).toBeCloseTo(plain.low!, 9);
  });

  it("a candidate nobody clicks on is harm, not a missing value", () => {
    const random = createRandom("nothing");
    const control = drawSums(random, 500, 0.1);
    const candidate = { ...drawSums(random, 500, 0), sumY: 0, sumYY: 0, sumXY: 0 };
    expect(judgeRatio({ control, candidate }, RATIO).verdict).toBe("harm");
  });

  it("says how many more shoppers it needs, and about as many do", () => {
    const random = createRandom("more");
    const few = judgeRatio(
      { control: drawSums(random, 2_000, 0.1), candidate: drawSums(random, 2_000, 0.1) },
      RATIO,
    );
    expect(few.verdict).toBe("undecided");
    expect(few.moreN).toBeGreaterThan(2_000);
    expect(few.moreN).toBeLessThan(100_000);
    expect(
      judgeRatio({ control: drawSums(random, 50, 0.1), candidate: drawSums(random, 50, 0.1) }, RATIO),
    ).toMatchObject({
      verdict: "no_data",
      reason: "50 shoppers in an arm; 100 are needed",
    });
  });
});

describe("quantiles of latency", () => {
  const bounds = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
  const o = { bounds, quantile: 0.99, marginRatio: 1.5, alpha: 0.01, nMin: 500 };
  const draw = (random: Random, n: number, factor: number) => {
    const counts = new Array<number>(bounds.length + 1).fill(0);
    for (let i = 0; i < n; i++) {
      const ms = factor * 4 * Math.exp(0.6 * random.normal());
      let b = 0;
      while (b < bounds.length && ms > bounds[b]!) b++;
      counts[b]!++;
    }
    return counts;
  };

  it("are safe when both arms are alike, harm when the candidate takes twice as long", () => {
    const random = createRandom("latency");
    const control = draw(random, 20_000, 1);
    expect(judgeQuantile({ control, candidate: draw(random, 20_000, 1) }, o).verdict).toBe("safe");
    expect(judgeQuantile({ control, candidate: draw(random, 20_000, 2) }, o).verdict).toBe("harm");
  });

  it("hold the true ratio at every look in nearly all runs", () => {
    let missed = 0;
    for (let run = 0; run < 100; run++) {
      const random = createRandom(`quantile-${run}`);
      const control = new Array<number>(bounds.length + 1).fill(0);
      const candidate = [...control];
      for (let look = 0; look < 30; look++) {
        draw(random, 300, 1).forEach((count, b) => {
          control[b]! += count;
        });
        draw(random, 300, 1).forEach((count, b) => {
          candidate[b]! += count;
        });
        const { low, high } = judgeQuantile({ control, candidate }, { ...o, alpha: 0.05 });
        if (low !== null && high !== null && (low > 1 || high < 1)) {
          missed++;
          break;
        }
      }
    }
    expect(missed).toBeLessThanOrEqual(5);
  });

  it("say nothing of too few values and refuse a histogram of another shape", () => {
    const random = createRandom("few");
    const few = draw(random, 100, 1);
    expect(judgeQuantile({ control: few, candidate: few }, o).verdict).toBe("no_data");
    expect(() => judgeQuantile({ control: [1, 2], candidate: few }, o)).toThrow(/buckets/);
  });
});

describe("the sample ratio", () => {
  const even = { control: 1, candidate: 1 };

  it("sees a few percent too many among a hundred thousand", () => {
    expect(
      judgeSampleRatio(
        { observed: { control: 50_000, candidate: 51_500 }, expected: even },
        { alpha: 0.001 },
      ),
    ).toMatchObject({ isMismatch: true, n: 101_500 });
    expect(
      judgeSampleRatio({ observed: { control: 5_000, candidate: 5_150 }, expected: even }, { alpha: 0.001 })
        .isMismatch,
    ).toBe(false);
  });

  it("alarms in no more than its share of even runs, looked at after every hundred shoppers", () => {
    let alarms = 0;
    for (let run = 0; run < 500; run++) {
      const random = createRandom(`ratio-${run}`);
      const observed = { control: 0, candidate: 0 };
      for (let i = 1; i <= 10_000; i++) {
        observed[random.next() < 0.5 ? "control" : "candidate"]++;
        if (i % 100 === 0 && judgeSampleRatio({ observed, expected: even }, { alpha: 0.05 }).isMismatch) {
          alarms++;
          break;
        }
      }
    }
    expect(alarms / 500).toBeLessThanOrEqual(0.05);
  });
});
