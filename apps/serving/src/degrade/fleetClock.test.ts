import { expect, it } from "vitest";
import { FleetClock } from "./fleetClock";

const HOUR = 3_600_000;

function open(wallMs = 1_000_000) {
  let monotonicMs = 50;
  const wall = { ms: wallMs };
  const clock = new FleetClock(
    () => monotonicMs,
    () => wall.ms,
  );
  return { clock, wall, pass: (ms: number) => (monotonicMs += ms), monotonic: () => monotonicMs };
}

it.each([HOUR, -HOUR])("a jump of the machine's clock by %d ms is not followed", (jumpMs) => {
  const o = open();
  o.pass(100);
  o.wall.ms += jumpMs;
  o.pass(100);
  expect(o.clock.now()).toBe(1_000_200);
});

it("a clock that was wrong from the start is set by Redis's", () => {
  const o = open(1_000_000 - HOUR);
  const asked = o.monotonic();
  o.pass(10);
  expect(o.clock.correct(1_000_005, asked, o.monotonic())).toBe(HOUR);
  expect(o.clock.now()).toBe(1_000_010);
});

it("differences that a slow answer or a tick explains change nothing", () => {
  const o = open();
  expect(o.clock.correct(1_000_900, 50, 50)).toBe(0);
  expect(o.clock.correct(1_002_900, 50, 4_050)).toBe(0);
  expect(o.clock.now()).toBe(1_000_000);
});

it("gives whole milliseconds whatever the monotonic clock has behind the point", () => {
  let monotonicMs = 17.0405;
  const clock = new FleetClock(
    () => monotonicMs,
    () => 1_795_198_326_000,
  );
  for (let i = 0; i < 50; i++) {
    monotonicMs += 0.37;
    expect(Number.isInteger(clock.now())).toBe(true);
  }
});
