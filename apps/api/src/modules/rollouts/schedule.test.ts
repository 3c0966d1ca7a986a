import { expect, test } from "vitest";
import { createPlan, MINUTE, NOW } from "./rollout.test-support";
import { computeSchedule } from "./schedule";

const at = (minutes: number) => new Date(NOW + minutes * MINUTE).toISOString();

test("steps follow each other by their dwell, with the shares they give", () => {
  const { steps, endMs } = computeSchedule(createPlan(), NOW);
  expect(
    steps.map(({ name, candidatePct, controlPct, startMs }) => [
      name,
      candidatePct,
      controlPct,
      (startMs - NOW) / MINUTE,
    ]),
  ).toEqual([
    ["load", 0, 0, 0],
    ["shadow 20 %", 0, 0, 1],
    ["5 %", 5, 5, 11],
    ["25 %", 25, 25, 41],
    ["50 %", 50, 50, 101],
    ["100 % with a holdback", 95, 5, 221],
  ]);
  expect((endMs - NOW) / MINUTE).toBe(221 + 24 * 60);
});

test("a freeze pushes the next step behind it, and approval is asked for once", () => {
  const plan = createPlan({
    startAt: at(10),
    freezeWindows: [{ name: "sale", from: at(40), to: at(100) }],
    approvalFromPct: 25,
    holdback: null,
  });
  const { steps } = computeSchedule(plan, NOW);
  expect(steps.map(({ startMs }) => (startMs - NOW) / MINUTE)).toEqual([10, 11, 21, 100, 160]);
  expect(steps.filter(({ needsApproval }) => needsApproval).map(({ name }) => name)).toEqual(["25 %"]);
});
