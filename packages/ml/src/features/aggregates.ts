import type { FeatureValue, FilterValue } from "./spec";
import { addTo, type DoubleDouble } from "./sums";

// Mergeable partial aggregates. A partial is plain JSON; null stands for "no contributing event". `merge` is
// associative and commutative, exactly for all but sums and decayed counts, which agree to far below 1e-9.

/** One event's part in one feature. */
export interface Contribution {
  readonly timeMs: number;
  readonly createdMs: number;
  readonly eventId: string;
  /** The field's value; 1 where no field is read; [numerator, denominator] for a ratio. */
  readonly input: ContributionInput;
}
export type ContributionInput = FilterValue | readonly [number | null, number | null];

export type Partial = readonly unknown[];

export interface Aggregate {
  /** The partial with one more event; may change and return `partial`. */
  add(partial: Partial | null, contribution: Contribution): Partial;
  /** A new partial of both sides; changes neither. */
  merge(a: Partial, b: Partial): Partial;
  /** The value at `atMs`; null when it is not defined (the feature's default is served then). */
  finish(partial: Partial, atMs: number): FeatureValue;
  /** Of an aggregate that answers from its newest events alone. */
  readonly newest?: NewestOnly;
}

/** What tiles need not hold: of all tiles of a level together, only the newest `n` events are ever read. */
export interface NewestOnly {
  readonly n: number;
  /** Events in a partial. */
  count(partial: Partial): number;
  /** The partial of its `keep` newest events; null for none. */
  take(partial: Partial, keep: number): Partial | null;
}

/** Ties in the partials' types to one place: outside, a partial is opaque. */
function define<P extends Partial>(aggregate: {
  add(partial: P | null, contribution: Contribution): P;
  merge(a: P, b: P): P;
  finish(partial: P, atMs: number): FeatureValue;
  newest?: NewestOnly;
}): Aggregate {
  return aggregate as Aggregate;
}

/** n = Σ 1. */
export const count = define<[n: number]>({
  add: (p) => [(p?.[0] ?? 0) + 1],
  merge: (a, b) => [a[0] + b[0]],
  finish: (p) => p[0],
});

type Sum = [high: number, low: number, n: number];
const createSum = (finish: (sum: number, n: number) => number): Aggregate =>
  define<Sum>({
    add(p, { input }) {
      const sum: Sum = p ?? [0, 0, 0];
      addTo(sum as unknown as DoubleDouble, input as number);
      sum[2]++;
      return sum;
    },
    merge(a, b) {
      const sum: Sum = [a[0], a[1] + b[1], a[2] + b[2]];
      addTo(sum as unknown as DoubleDouble, b[0]);
      return sum;
    },
    finish: (p) => finish(p[0] + p[1], p[2]),
  });

/** Σ x in about 106 bits. */
export const sum = createSum((total) => total);
/** Σ x / n. */
export const mean = createSum((total, n) => total / n);

const createExtreme = (pick: (a: number, b: number) => number): Aggregate =>
  define<[x: number]>({
    add: (p, { input }) => [p === null ? (input as number) : pick(p[0], input as number)],
    merge: (a, b) => [pick(a[0], b[0])],
    finish: (p) => p[0],
  });
export const min = createExtreme(Math.min);
export const max = createExtreme(Math.max);

/**
 * min(B, number of different values). A partial keeps at most B values: if any was full, the union has at least B,
 * so the answer is exact whatever the order. Cost O(B) an event.
 */
export function createDistinct(bound: number): Aggregate {
  return define<FilterValue[]>({
    add(p, { input }) {
      const values = p ?? [];
      if (values.length < bound && !values.includes(input as FilterValue)) values.push(input as FilterValue);
      return values;
    },
    merge: (a, b) => [...new Set([...a, ...b])].slice(0, bound),
    finish: (p) => p.length,
  });
}

type Entry = readonly [timeMs: number, createdMs: number, eventId: string, value: FilterValue];

/** Later event time first, then later created, then greater event id: the last makes the order total. */
function isLater(a: Entry, b: Entry): boolean {
  if (a[0] !== b[0]) return a[0] > b[0];
  if (a[1] !== b[1]) return a[1] > b[1];
  return a[2] > b[2];
}
const toEntry = (c: Contribution): Entry => [c.timeMs, c.createdMs, c.eventId, c.input as FilterValue];

/** The value of the latest event by (event time, created, event id). */
export const last = define<Entry>({
  add(p, contribution) {
    const entry = toEntry(contribution);
    return p === null || isLater(entry, p) ? entry : p;
  },
  merge: (a, b) => (isLater(a, b) ? a : b),
  finish: (p) => p[3],
  newest: { n: 1, count: () => 1, take: (p, keep) => (keep > 0 ? p : null) },
});

/** The values of the n latest events, newest first; repeats stay. */
export function createLastN(n: number): Aggregate {
  const insert = (entries: Entry[], entry: Entry) => {
    let at = entries.length;
    while (at > 0 && isLater(entry, entries[at - 1]!)) at--;
    if (at < n) entries.splice(at, 0, entry);
    if (entries.length > n) entries.pop();
  };
  return define<Entry[]>({
    add(p, contribution) {
      const entries = p ?? [];
      insert(entries, toEntry(contribution));
      return entries;
    },
    merge(a, b) {
      const entries = [...a];
      for (const entry of b) insert(entries, entry);
      return entries;
    },
    finish: (p) => p.map((entry) => entry[3]),
    newest: {
      n,
      count: (p) => p.length,
      take: (p, keep) => (keep > 0 ? p.slice(0, keep) : null),
    },
  });
}

/** Seconds from the latest event to the read. */
export const timeSince = define<[timeMs: number]>({
  add: (p, { timeMs }) => [Math.max(p?.[0] ?? timeMs, timeMs)],
  merge: (a, b) => [Math.max(a[0], b[0])],
  finish: (p, atMs) => (atMs - p[0]) / 1000,
});

type Ratio = [highN: number, lowN: number, highD: number, lowD: number];

/** (Σ numerator + rate·weight) / (Σ denominator + weight); null when that denominator is 0. */
export function createRatio({ rate, weight }: { rate: number; weight: number }): Aggregate {
  const combine = (p: Ratio, n: number, d: number, low: readonly [number, number] = [0, 0]): Ratio => {
    const numerator: DoubleDouble = [p[0], p[1] + low[0]];
    const denominator: DoubleDouble = [p[2], p[3] + low[1]];
    addTo(numerator, n);
    addTo(denominator, d);
    return [...numerator, ...denominator];
  };
  return define<Ratio>({
    add(p, { input }) {
      const [n, d] = input as readonly [number | null, number | null];
      return combine(p ?? [0, 0, 0, 0], n ?? 0, d ?? 0);
    },
    merge: (a, b) => combine(a, b[0], b[2], [b[1], b[3]]),
    finish(p) {
      const divisor = p[2] + p[3] + weight;
      return divisor === 0 ? null : (p[0] + p[1] + rate * weight) / divisor;
    },
  });
}

type Decayed = [cell: number, high: number, low: number];

/**
 * Σ 2^(−(q − t)/h): every event counts 1 and halves with each half-life h.
 *
 * Kept as Σ 2^(t/h − k) for a whole number k, the half-life that the newest event fell in. Moving k multiplies by
 * a power of two, which is exact, so the value does not depend on the order of events or tiles. An event more than
 * 1074 half-lives older than the newest adds 0.
 */
export function createDecayedCount(halfLifeMs: number): Aggregate {
  const combine = (a: Decayed, b: Decayed): Decayed => {
    const [newer, older] = a[0] >= b[0] ? [a, b] : [b, a];
    const scale = 2 ** (older[0] - newer[0]);
    const total: DoubleDouble = [newer[1], newer[2] + older[2] * scale];
    addTo(total, older[1] * scale);
    return [newer[0], ...total];
  };
  return define<Decayed>({
    add(p, { timeMs }) {
      const cell = Math.floor(timeMs / halfLifeMs);
      const one: Decayed = [cell, 2 ** ((timeMs - cell * halfLifeMs) / halfLifeMs), 0];
      return p === null ? one : combine(p, one);
    },
    merge: combine,
    finish: ([cell, high, low], atMs) => (high + low) * 2 ** -((atMs - cell * halfLifeMs) / halfLifeMs),
  });
}
