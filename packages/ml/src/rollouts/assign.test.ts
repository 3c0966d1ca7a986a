import { describe, expect, it } from "vitest";
import { createRandom } from "../random/random";
import { pickRolloutArm } from "./assign";

const SHOPPERS = 100_000;
const ids = Array.from({ length: SHOPPERS }, (_, i) => `shopper-${i}`);

describe("pickRolloutArm", () => {
  it("a growing share never takes a shopper from the candidate, whatever the control slice does", () => {
    const random = createRandom(11);
    for (let round = 0; round < 20; round++) {
      const salt = `salt-${round}`;
      const steps = Array.from({ length: 4 }, () => random.int(10_001)).sort((a, b) => a - b);
      for (const shopper of ids.slice(0, 500)) {
        let wasCandidate = false;
        for (const candidateBuckets of steps) {
          const controlBuckets = Math.min(candidateBuckets, 10_000 - candidateBuckets);
          const arm = pickRolloutArm({ salt, candidateBuckets, controlBuckets }, shopper);
          if (wasCandidate) expect(arm).toBe("candidate");
          wasCandidate = arm === "candidate";
        }
      }
    }
  });

  it("a shopper of the control slice stays in it while both slices grow to a half", () => {
    const armAt = (buckets: number, shopper: string) =>
      pickRolloutArm({ salt: "s", candidateBuckets: buckets, controlBuckets: buckets }, shopper);
    const controls = ids.slice(0, 5_000).filter((shopper) => armAt(500, shopper) === "control");
    expect(controls.length).toBeGreaterThan(100);
    for (const shopper of controls)
      for (const buckets of [2_500, 5_000]) expect(armAt(buckets, shopper)).toBe("control");
  });

  it.each([
    [1, 500],
    [2, 2_500],
    [3, 5_000],
  ])(
    "slices of equal size hold equal shares of shoppers, within five standard errors (salt %i, %i buckets)",
    (n, buckets) => {
      const counts = { candidate: 0, control: 0, rest: 0 };
      for (const shopper of ids)
        counts[
          pickRolloutArm({ salt: `salt-${n}`, candidateBuckets: buckets, controlBuckets: buckets }, shopper)
        ]++;
      const share = buckets / 10_000;
      const bound = 5 * Math.sqrt((share * (1 - share)) / SHOPPERS);
      expect(Math.abs(counts.candidate / SHOPPERS - share)).toBeLessThan(bound);
      expect(Math.abs(counts.control / SHOPPERS - share)).toBeLessThan(bound);
      expect(counts.candidate + counts.control + counts.rest).toBe(SHOPPERS);
    },
  );

  it("two salts deal shoppers independently: a 10 × 10 table passes a chi-square test", () => {
    const decile = (salt: string, shopper: string) => {
      for (let d = 1; d < 10; d++)
        if (pickRolloutArm({ salt, candidateBuckets: d * 1_000, controlBuckets: 0 }, shopper) === "candidate")
          return d - 1;
      return 9;
    };
    const table = new Float64Array(100);
    for (const shopper of ids) table[decile("first", shopper) * 10 + decile("second", shopper)]!++;
    const expected = SHOPPERS / 100;
    const chiSquare = table.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 99 degrees of freedom: 0.1 % of tables of independent halves are above 148.2.
    expect(chiSquare).toBeLessThan(148.2);
  });

  it("who is not known is in no slice, and the ends of the range hold nobody and everybody", () => {
    expect(pickRolloutArm({ salt: "s", candidateBuckets: 10_000, controlBuckets: 0 }, null)).toBe("rest");
    for (const shopper of ids.slice(0, 1_000)) {
      expect(pickRolloutArm({ salt: "s", candidateBuckets: 0, controlBuckets: 0 }, shopper)).toBe("rest");
      expect(pickRolloutArm({ salt: "s", candidateBuckets: 10_000, controlBuckets: 0 }, shopper)).toBe(
        "candidate",
      );
    }
  });
});
