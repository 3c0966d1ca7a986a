import { describe, expect, it } from "vitest";
import { createRolloutTraffic } from "./rolloutTraffic";
import { createShop } from "./shop";
import { createRolloutPools, ROLLOUT_STEPS, type SimulatedRollout, simulateRollout } from "./simulateRollout";
import { SMALL_SHOP } from "./smallShop.test-support";

const shop = createShop(SMALL_SHOP);
const pools = createRolloutPools(shop);

type Rollout = Parameters<typeof simulateRollout>[0];
const rollMany = (name: string, runs: number, o: Omit<Rollout, "shop" | "pools" | "seed">) =>
  Array.from({ length: runs }, (_, run) => simulateRollout({ shop, pools, seed: `${name}-${run}`, ...o }));
const countHarm = (runs: readonly SimulatedRollout[]) =>
  runs.filter(({ verdict }) => verdict === "harm").length;

describe("rollouts in the simulated shop", () => {
  it("of the same model end in an abort in at most 2 % of runs, and the judge can say safe", () => {
    const runs = rollMany("same", 100, { candidate: "good" });
    expect(countHarm(runs) / runs.length).toBeLessThanOrEqual(0.02);
    expect(runs.filter(({ verdict }) => verdict === "safe").length).toBeGreaterThan(runs.length / 2);
  });

  it("of a model with random scores are aborted at 5 % in at least 99 % of runs, after a few hundred slates", () => {
    const runs = rollMany("random", 100, {
      candidate: "random",
      steps: ROLLOUT_STEPS.slice(0, 1),
    });
    expect(countHarm(runs)).toBeGreaterThanOrEqual(99);
    const slates = runs.map((run) => run.slates).sort((a, b) => a - b);
    expect(slates[50]).toBeLessThan(500);
  });

  it("that lose clicks are found more often the more they lose: never at 0, at least 80 % of those that lose a tenth", () => {
    const found = [0, 0.05, 0.1, 0.2].map(
      (clicksLost) => countHarm(rollMany("lost", 40, { candidate: "good", clicksLost })) / 40,
    );
    expect([...found].sort((a, b) => a - b)).toEqual(found);
    expect(found[0]).toBe(0);
    expect(found[2]).toBeGreaterThanOrEqual(0.8);
  });

  it("count as many shoppers and slates as arrived, in equal parts", () => {
    const traffic = createRolloutTraffic({
      shop,
      control: pools.good,
      candidate: pools.good,
      nShoppers: 20_000,
      seed: "count",
    });
    traffic.advance(50_000, 50);
    const [a, b] = [traffic.read("control"), traffic.read("candidate")];
    expect(a.slates + b.slates).toBe(50_000);
    expect(Math.abs(a.clicks.n - b.clicks.n)).toBeLessThan(400);
    // Σ over shoppers of the square is at least the square of the sum over their number.
    expect(a.clicks.sumXX).toBeGreaterThan(a.clicks.sumX ** 2 / a.clicks.n);
    expect(a.clicks.sumYY).toBeGreaterThan(a.clicks.sumY ** 2 / a.clicks.n);
  });
});
