import { describe, expect, it } from "vitest";
import { createRandom } from "./random";

describe("createRandom", () => {
  it("repeats itself for the same seed and differs for another", () => {
    const draw = (seed: number | string) => {
      const random = createRandom(seed);
      return Array.from({ length: 20 }, () => random.next());
    };
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).toEqual(draw("7"));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("forks streams that do not depend on how much was drawn before", () => {
    const early = createRandom(1).fork("users");
    const parent = createRandom(1);
    parent.next();
    expect(parent.fork("users").next()).toBe(early.next());
    expect(createRandom(1).fork("items").next()).not.toBe(createRandom(1).fork("users").next());
  });

  it("is uniform: mean, variance and 16 equal bins within 5 standard errors", () => {
    const random = createRandom("uniform");
    const n = 200_000;
    const bins = new Int32Array(16);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const x = random.next();
      sum += x;
      squares += (x - 0.5) ** 2;
      bins[Math.floor(x * 16)]!++;
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / n));
    expect(squares / n).toBeCloseTo(1 / 12, 3);
    const chiSquare = bins.reduce((acc, count) => acc + (count - n / 16) ** 2 / (n / 16), 0);
    expect(chiSquare).toBeLessThan(45);
  });

  it("draws standard normals: first four moments", () => {
    const random = createRandom("normal");
    const n = 200_000;
    const moments = [0, 0, 0, 0];
    for (let i = 0; i < n; i++) {
      const x = random.normal();
      for (let p = 0; p < 4; p++) moments[p]! += x ** (p + 1) / n;
    }
    expect(moments[0]).toBeCloseTo(0, 1);
    expect(moments[1]).toBeCloseTo(1, 1);
    expect(moments[2]).toBeCloseTo(0, 1);
    expect(moments[3]).toBeGreaterThan(2.9);
    expect(moments[3]).toBeLessThan(3.1);
  });

  it("keeps int() in range and shuffle() a permutation", () => {
    const random = createRandom(3);
    const seen = new Set<number>();
    for (let i = 0; i < 500; i++) seen.add(random.int(7));
    expect([...seen].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    const shuffled = random.shuffle(Array.from({ length: 50 }, (_, i) => i));
    expect([...shuffled].sort((x, y) => x - y)).toEqual(Array.from({ length: 50 }, (_, i) => i));
    expect(() => random.int(0)).toThrow(/integer n/);
    expect(() => random.pick([])).toThrow(/at least one/);
  });
});
