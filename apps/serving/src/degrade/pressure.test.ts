import { describe, expect, it } from "vitest";
import {
  AT_REST,
  candidateShareAt,
  decidePressure,
  isShedAt,
  type LoadSample,
  SAMPLE_EVERY_MS,
} from "./pressure";

const QUIET: LoadSample = { loopDelayMs: 2, inFlight: 3 };
const STUCK: LoadSample = { loopDelayMs: 400, inFlight: 3 };

function run(samples: readonly LoadSample[], from = AT_REST) {
  return samples.reduce((state, sample) => decidePressure(state, sample, SAMPLE_EVERY_MS), from);
}
const times = (n: number, sample: LoadSample) => Array.from({ length: n }, () => sample);

describe("pressure", () => {
  it("stays 0 while the loop turns and few requests wait", () => {
    expect(run(times(100, QUIET))).toEqual(AT_REST);
    expect(run(times(100, { loopDelayMs: 30, inFlight: 32 }))).toEqual(AT_REST);
  });

  it("a single stall, however long, takes nothing away", () => {
    expect(decidePressure(AT_REST, { loopDelayMs: 5_000, inFlight: 1 }, 5_100).step).toBe(0);
  });

  it.each([
    ["late timers", { loopDelayMs: 100, inFlight: 0 }],
    ["requests that pile up", { loopDelayMs: 0, inFlight: 160 }],
  ])("%s that last bring it to 1", (_name, sample) => {
    const state = run(times(100, sample));
    expect(state.pressure).toBeCloseTo(1, 5);
    expect(isShedAt(state.step, "home")).toBe(true);
  });

  it("shrinks candidate sets to a quarter before the first tier is shed, and sheds in the order of the tiers", () => {
    const seen: string[] = [];
    let state = AT_REST;
    for (let i = 0; i < 60; i++) {
      state = decidePressure(state, STUCK, SAMPLE_EVERY_MS);
      const shed = (["background", "notification", "related", "home"] as const).filter((tier) =>
        isShedAt(state.step, tier),
      );
      const now = `${candidateShareAt(state.step)} ${shed.join("+")}`;
      if (seen.at(-1) !== now) seen.push(now);
    }
    const order = ["100 ", "75 ", "50 ", "25 ", "25 background", "25 background+notification"];
    order.push("25 background+notification+related", "25 background+notification+related+home");
    expect(seen.filter((entry) => !order.includes(entry))).toEqual([]);
    expect(seen.at(-1)).toBe(order.at(-1));
    expect(seen.map((entry) => order.indexOf(entry))).toEqual(
      seen.map((entry) => order.indexOf(entry)).sort((a, b) => a - b),
    );
  });

  it("does not flap: a step is taken back only well below the threshold that took it", () => {
    const state = { pressure: 0.41, step: 2 };
    const held = decidePressure(state, { loopDelayMs: 30 + 70 * 0.34, inFlight: 0 }, SAMPLE_EVERY_MS);
    expect(held.pressure).toBeLessThan(0.4);
    expect(held.step).toBe(2);
    expect(run(times(60, QUIET), held)).toMatchObject({ step: 0 });
  });
});
