import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Breaker, DEFAULT_BREAKER } from "./breaker";

const { failuresInARow, openMs, openMsMax, callsMin, windowMs } = DEFAULT_BREAKER;

function opened(atMs = 0): Breaker {
  const breaker = new Breaker(0);
  for (let i = 0; i < failuresInARow; i++) breaker.fail(atMs);
  return breaker;
}

describe("a breaker", () => {
  it("opens after so many failures in a row, and one success begins the count anew", () => {
    const breaker = new Breaker(0);
    for (let i = 0; i < failuresInARow - 1; i++) breaker.fail(1);
    breaker.succeed(2);
    for (let i = 0; i < failuresInARow - 1; i++) breaker.fail(3);
    expect(breaker.state).toBe("closed");
    breaker.fail(4);
    expect(breaker).toMatchObject({ state: "open", failures: failuresInARow, sinceMs: 4 });
    expect(breaker.admits(5)).toBe(false);
  });

  it("opens when half of a window's calls fail, though never many in a row", () => {
    const breaker = new Breaker(0);
    for (let i = 0; breaker.state === "closed" && i < 2 * callsMin; i++)
      if (i % 2 === 0) breaker.succeed(i);
      else breaker.fail(i);
    expect(breaker.state).toBe("open");
  });

  it("stays closed when failures are few, or spread over more than a window", () => {
    const breaker = new Breaker(0);
    for (let i = 0; i < 1_000; i++)
      if (i % 3 === 0) breaker.fail(i);
      else breaker.succeed(i);
    expect(breaker.state).toBe("closed");
    const rare = new Breaker(0);
    for (let i = 0; i < 4 * callsMin; i++)
      if (i % 2 === 0) rare.fail(i * windowMs);
      else rare.succeed(i * windowMs);
    expect(rare.state).toBe("closed");
  });

  it("half-open lets one try at a time; a success closes it, a failure opens it for twice as long", () => {
    const breaker = opened();
    expect(breaker.admits(openMs - 1)).toBe(false);
    expect(breaker.admits(openMs)).toBe(true);
    expect(breaker.state).toBe("half_open");
    expect(breaker.admits(openMs)).toBe(false);
    breaker.fail(openMs);
    expect(breaker.admits(3 * openMs - 1)).toBe(false);
    expect(breaker.admits(3 * openMs)).toBe(true);
    breaker.succeed(3 * openMs);
    expect(breaker).toMatchObject({ state: "closed", failures: 0 });
    expect(breaker.admits(3 * openMs)).toBe(true);
  });

  it("never stays open longer than the most, however often probes fail", () => {
    const breaker = opened();
    let atMs = 0;
    for (let round = 0; round < 20; round++) {
      atMs += openMsMax;
      expect(breaker.admits(atMs)).toBe(true);
      breaker.fail(atMs);
    }
    expect(breaker.admits(atMs + openMsMax)).toBe(true);
  });

  it("a probe that never comes back does not keep it half-open for ever", () => {
    const breaker = opened();
    expect(breaker.admits(openMs)).toBe(true);
    expect(breaker.admits(2 * openMs - 1)).toBe(false);
    expect(breaker.admits(2 * openMs)).toBe(true);
  });

  it("calls made before it opened do not close it", () => {
    const breaker = opened();
    breaker.succeed(1);
    expect(breaker.state).toBe("open");
  });

  it("whatever happens, a dependency that works again is asked again within the most it stays open", () => {
    const step = fc.record({ afterMs: fc.integer({ min: 0, max: 3_000 }), ok: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const breaker = new Breaker(0);
        let atMs = 0;
        for (const { afterMs, ok } of steps) {
          atMs += afterMs;
          if (!breaker.admits(atMs)) continue;
          if (ok) breaker.succeed(atMs);
          else breaker.fail(atMs);
        }
        atMs += openMsMax;
        expect(breaker.admits(atMs)).toBe(true);
        breaker.succeed(atMs);
        expect(breaker.state).toBe("closed");
      }),
    );
  });
});
