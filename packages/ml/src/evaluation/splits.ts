import { requireInput } from "../errors";

/** Positions of events, each list in input order. */
export interface Split {
  train: Int32Array;
  test: Int32Array;
}

/**
 * Splits events at one moment, as a model meets the world: train on what was, test on what came.
 *
 * @param timesMs time of each event, any order, finite
 * @param o either `cutoffMs`, or `testShare` in (0, 1): the cutoff is then the time such that about that share
 * of events is not earlier (events at the same time stay together)
 * @param o.gapMs events in [cutoff − gap, cutoff) are dropped, for labels that need time to ripen. Default 0
 * @returns train: time < cutoff − gap; test: time ≥ cutoff; and the cutoff. Empty lists for no events
 * @throws MlInputError `invalid_option`, `invalid_value`
 * Cost O(n log n) with testShare, else O(n).
 */
export function splitByTime(
  timesMs: ArrayLike<number>,
  o: { cutoffMs: number; gapMs?: number } | { testShare: number; gapMs?: number },
): Split & { cutoffMs: number } {
  const gapMs = o.gapMs ?? 0;
  requireInput(gapMs >= 0, "invalid_option", `gapMs must be ≥ 0, got ${gapMs}`);
  const times = Float64Array.from(timesMs);
  requireInput(times.every(Number.isFinite), "invalid_value", "every event time must be finite");
  const cutoffMs = "cutoffMs" in o ? o.cutoffMs : findCutoff(times, o.testShare);
  const train: number[] = [];
  const test: number[] = [];
  for (let e = 0; e < times.length; e++) {
    if (times[e]! >= cutoffMs) test.push(e);
    else if (times[e]! < cutoffMs - gapMs) train.push(e);
  }
  return { train: Int32Array.from(train), test: Int32Array.from(test), cutoffMs };
}

function findCutoff(times: Float64Array, testShare: number): number {
  requireInput(
    testShare > 0 && testShare < 1,
    "invalid_option",
    `testShare must be in (0, 1), got ${testShare}`,
  );
  const sorted = times.slice().sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * (1 - testShare)))] ?? 0;
}

/**
 * Holds out the last event of every user with at least two; of events at the same time the later position.
 *
 * @throws MlInputError `shape_mismatch`. Cost O(n).
 */
export function splitLeaveLastOut(users: ArrayLike<number>, timesMs: ArrayLike<number>): Split {
  requireInput(
    users.length === timesMs.length,
    "shape_mismatch",
    `${users.length} users for ${timesMs.length} times`,
  );
  const last = new Map<number, number>();
  const counts = new Map<number, number>();
  for (let e = 0; e < users.length; e++) {
    const user = users[e]!;
    counts.set(user, (counts.get(user) ?? 0) + 1);
    const held = last.get(user);
    if (held === undefined || timesMs[e]! >= timesMs[held]!) last.set(user, e);
  }
  const train: number[] = [];
  const test: number[] = [];
  for (let e = 0; e < users.length; e++) {
    const isLast = last.get(users[e]!) === e && counts.get(users[e]!)! > 1;
    (isLast ? test : train).push(e);
  }
  return { train: Int32Array.from(train), test: Int32Array.from(test) };
}
