import type { QualityState } from "@shortlist/contracts";
import type { DayStats } from "@shortlist/lake";
import { computeMadScale, computeMedian } from "@shortlist/ml";
import {
  BASELINE_DAYS,
  BASELINE_MIN,
  type CheckInput,
  EVENTS_MIN,
  noData,
  percent,
  tooFew,
  tooYoung,
  type Verdict,
} from "./verdict";

export function decideRanges({ today }: CheckInput): Verdict {
  return judgeShare(today.outOfRange, today.events, {
    warn: 0.001,
    fail: 0.01,
    say: (share) => `${share} of events have a value, quantity or position outside the rules`,
  });
}

export function decideDuplicates(input: CheckInput): Verdict {
  const repeats = (day: DayStats) => day.repeated + day.setAsideAsDuplicates;
  return judgeRise(input, {
    part: repeats,
    of: (day) => day.events + day.setAsideAsDuplicates,
    atLeast: { warn: 0.02, fail: 0.05 },
    say: (share, usual) => `${share} of events repeat another${usual}`,
  });
}

export function decideSetAside(input: CheckInput): Verdict {
  return judgeRise(input, {
    part: (day) => day.setAside,
    of: (day) => day.events + day.setAside,
    atLeast: { warn: 0.05, fail: 0.2 },
    say: (share, usual) => `${share} of what arrived was set aside${usual}`,
  });
}

export function decideBots(input: CheckInput): Verdict {
  return judgeRise(input, {
    part: (day) => day.ofBots,
    of: (day) => day.viewsAndClicks,
    atLeast: { warn: 0.05, fail: 0.2 },
    say: (share, usual) => `${share} of views and clicks are of programs${usual}`,
  });
}

export function decideKnownItems(input: CheckInput): Verdict {
  if (input.today.events > 0 && input.today.knownItems === null)
    return { ...noData(null, input.today.events), sentence: "There is no catalogue to compare with" };
  return judgeFall(input, {
    part: (day) => day.knownItems ?? 0,
    of: (day) => day.withItem,
    say: (share, usual) => `The catalogue knows the item of ${share} of events${usual}`,
  });
}

export function decideLinkedShoppers(input: CheckInput): Verdict {
  return judgeFall(input, {
    part: (day) => day.linked,
    of: (day) => day.events,
    say: (share, usual) => `${share} of events name both a user and a device${usual}`,
  });
}

/** A share that must stay below fixed bounds, whatever was usual. */
function judgeShare(
  part: number,
  n: number,
  o: { warn: number; fail: number; say: (share: string) => string },
): Verdict {
  if (n < EVENTS_MIN) return tooFew(n);
  const value = part / n;
  const state: QualityState = value > o.fail ? "fail" : value > o.warn ? "warn" : "pass";
  return { state, value, low: 0, high: o.warn, n, sentence: o.say(percent(value)) };
}

interface ShareOf {
  readonly part: (day: DayStats) => number;
  readonly of: (day: DayStats) => number;
  readonly say: (share: string, usual: string) => string;
}

/** A share that is bad when it rises: above fixed bounds and above what the days before let expect. */
function judgeRise(input: CheckInput, o: ShareOf & { atLeast: { warn: number; fail: number } }): Verdict {
  const n = o.of(input.today);
  if (n < EVENTS_MIN) return tooFew(n);
  const value = o.part(input.today) / n;
  const { usual, scatter } = usualShare(input, o);
  const high = Math.min(
    1,
    Math.max(o.atLeast.warn, usual === null ? 0 : usual + Math.max(0.05, 4 * scatter)),
  );
  const limit = Math.max(o.atLeast.fail, usual === null ? 0 : usual + Math.max(0.2, 8 * scatter));
  const state: QualityState = value > limit ? "fail" : value > high ? "warn" : "pass";
  const beside = usual === null ? "" : `; ${percent(usual)} is usual`;
  return { state, value, low: 0, high, n, sentence: o.say(percent(value), beside) };
}

/** A share that is bad when it falls: only against the days before, since every shop has its own. */
function judgeFall(input: CheckInput, o: ShareOf): Verdict {
  const n = o.of(input.today);
  if (n < EVENTS_MIN) return tooFew(n);
  const value = o.part(input.today) / n;
  const { usual, scatter, days } = usualShare(input, o);
  if (usual === null) return tooYoung(n, days);
  const low = Math.max(0, usual - Math.max(0.05, 4 * scatter));
  // Half of a share that is small is a few points, and means the same.
  const fell = value < usual - Math.max(0.2, 8 * scatter) || (usual >= 0.05 && value < usual / 2);
  const state: QualityState = fell ? "fail" : value < low ? "warn" : "pass";
  return {
    state,
    value,
    low,
    high: 1,
    n,
    sentence: o.say(percent(value), `; ${percent(usual)} is usual`),
  };
}

function usualShare(input: CheckInput, o: ShareOf): { usual: number | null; scatter: number; days: number } {
  const past = input.before
    .slice(-BASELINE_DAYS)
    .filter((day) => o.of(day) >= EVENTS_MIN)
    .map((day) => o.part(day) / o.of(day));
  if (past.length < BASELINE_MIN) return { usual: null, scatter: 0, days: past.length };
  return { usual: computeMedian(past)!, scatter: computeMadScale(past)!, days: past.length };
}
