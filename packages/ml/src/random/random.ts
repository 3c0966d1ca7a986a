import { MlInputError } from "../errors";
import { hashString } from "./hash";

/** A seeded source of randomness. Everything in this package that needs chance takes one, or a seed. */
export interface Random {
  /** Uniform on [0, 1) with 32 bits of resolution. */
  next(): number;
  /** Uniform integer on [0, n), unbiased. Throws `invalid_option` unless 1 ≤ n ≤ 2³². */
  int(n: number): number;
  /** Standard normal (Box–Muller, polar form). */
  normal(): number;
  /** One element, uniformly. Throws `empty_input` for an empty list. */
  pick<T>(xs: readonly T[]): T;
  /** Fisher–Yates, in place; returns the same array. */
  shuffle<T>(xs: T[]): T[];
  /**
   * An independent stream named by `label`. It depends on the seed and the labels on the way, not on how much
   * was drawn before, so adding a draw in one place never moves the numbers of another.
   */
  fork(label: string): Random;
}

/**
 * sfc32 (Chris Doty-Humphrey, PractRand 2010): 128 bits of state, period ≥ 2³², about 1 ns a draw. The state
 * comes from four hashes of the seed and 12 warm-up rounds; numbers and strings that print alike
 * (7 and "7") are the same seed. Not for secrets.
 */
export function createRandom(seed: number | string): Random {
  return new Sfc32(String(seed));
}

class Sfc32 implements Random {
  private readonly key: string;
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;
  private spareNormal = Number.NaN;

  constructor(key: string) {
    this.key = key;
    this.a = hashString(key, 0x9e3779b9) | 0;
    this.b = hashString(key, 0x243f6a88) | 0;
    this.c = hashString(key, 0xb7e15162) | 0;
    for (let i = 0; i < 12; i++) this.nextUint32();
  }

  private nextUint32(): number {
    const t = (((this.a + this.b) | 0) + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + t) | 0;
    return t >>> 0;
  }

  next(): number {
    return this.nextUint32() / 4294967296;
  }

  int(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 4294967296) {
      throw new MlInputError("invalid_option", `int(n) needs an integer n in 1…2^32, got ${n}`);
    }
    // Draws above the largest multiple of n are thrown away: the remainder would favour small values.
    const limit = 4294967296 - (4294967296 % n);
    let draw = this.nextUint32();
    while (draw >= limit) draw = this.nextUint32();
    return draw % n;
  }

  normal(): number {
    if (!Number.isNaN(this.spareNormal)) {
      const spare = this.spareNormal;
      this.spareNormal = Number.NaN;
      return spare;
    }
    let u = 0;
    let v = 0;
    let square = 0;
    do {
      u = 2 * this.next() - 1;
      v = 2 * this.next() - 1;
      square = u * u + v * v;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt((-2 * Math.log(square)) / square);
    this.spareNormal = v * scale;
    return u * scale;
  }

  pick<T>(xs: readonly T[]): T {
    if (xs.length === 0) throw new MlInputError("empty_input", "pick() needs at least one element");
    return xs[this.int(xs.length)]!;
  }

  shuffle<T>(xs: T[]): T[] {
    for (let i = xs.length - 1; i > 0; i--) {
      const j = this.int(i + 1);
      const held = xs[i]!;
      xs[i] = xs[j]!;
      xs[j] = held;
    }
    return xs;
  }

  fork(label: string): Random {
    return new Sfc32(`${this.key}/${label}`);
  }
}
