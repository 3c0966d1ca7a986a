import { expect, test } from "vitest";
import { forecastSteps } from "./forecast";
import { createPlan, NOW } from "./rollout.test-support";
import { computeSchedule } from "./schedule";

const plan = createPlan();
const { steps } = computeSchedule(plan, NOW);
/** A day of so many shoppers with two slates each, of which three in ten are clicked. */
const traffic = (shoppers: number) => ({
  hours: 24,
  shoppers,
  slates: shoppers * 2,
  clickThrough: {
    n: shoppers,
    sumX: shoppers * 2,
    sumY: shoppers * 0.6,
    sumXX: shoppers * 4,
    sumYY: shoppers * 0.8,
    sumXY: shoppers * 1.2,
  },
});

test("evidence adds up over steps, and what can be found gets smaller", () => {
  const found = forecastSteps(plan, steps, traffic(1_000_000));
  // 5 % for half an hour of a day.
  expect(found[2]!.shoppersPerArm).toBe(Math.round((1_000_000 * 0.05 * 0.5) / 24));
  const losses = found.slice(2).map(({ detectableClickLoss }) => detectableClickLoss!);
  expect([...losses].sort((a, b) => b - a)).toEqual(losses);
  expect(losses.at(-1)).toBeCloseTo(0.05, 2);
});

test("a step without shoppers finds nothing, and neither does a shop that has hardly any", () => {
  expect(forecastSteps(plan, steps, traffic(1_000_000))[1]).toEqual({
    shoppersPerArm: 0,
    slatesPerArm: 0,
    detectableClickLoss: null,
  });
  expect(forecastSteps(plan, steps, traffic(20)).every((step) => step.detectableClickLoss === null)).toBe(
    true,
  );
});
