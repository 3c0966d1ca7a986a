import type { QualityCheckName, QualityState } from "@shortlist/contracts";
import type { DayStats } from "@shortlist/lake";
import { computeMadScale, computeMedian } from "@shortlist/ml";
import type { CheckRow } from "./repository";

// The daily checks: a day's numbers beside those of the days before, and what that says. Pure; where the numbers come
// from is computeDayStats of the lake, when it runs is checkService. A day without anything to judge is no_data.

/** What a day is judged by: itself, and the days before it, oldest first, without gaps. */
export interface CheckInput {
  readonly today: DayStats;
  readonly before: readonly DayStats[];
  readonly closedDays: ReadonlySet<string>;
}

interface Verdict {
  readonly state: QualityState;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly sentence: string;
}

/** Days that the longest comparison reaches back: 8 weeks, and one more week so that closed days can be left out. */
export const HISTORY_DAYS = 63;
const WEEKS = 8;
/** With fewer weeks one odd day would set the expectation. */
const WEEKS_MIN = 4;
const BASELINE_DAYS = 28;
const BASELINE_MIN = 7;
/** Seasons and campaigns double a day; a cut log or a loop does more. */
const FAR_FACTOR = 3;
/** Below this a share moves by whole points with one event. */
const EVENTS_MIN = 50;

export function decideChecks(input: CheckInput): CheckRow[] {
  const checks: Record<QualityCheckName, Verdict> = {
    volume: decideVolume(input),
    volume_by_type: decideVolumeByType(input),
    nulls: decideNulls(input),
    schema: decideSchema(input),
    ranges: decideRanges(input),
    duplicates: decideDuplicates(input),
    lateness: decideLateness(input),
    known_items: decideKnownItems(input),
    linked_shoppers: decideLinkedShoppers(input),
    bots: decideBots(input),
    set_aside: decideSetAside(input),
  };
  return Object.entries(checks).map(([check, verdict]) => ({
    day: input.today.day,
    check: check as QualityCheckName,
    ...verdict,
  }));
}

function decideVolume({ today, before, closedDays }: CheckInput): Verdict {
  const value = today.events;
  if (closedDays.has(today.day))
    return value === 0
      ? { state: "pass", value, low: 0, high: 0, n: 0, sentence: "No events, as on a closed day" }
      : {
          state: "warn",
          value,
          low: 0,
          high: 0,
          n: value,
          sentence: `${count(value)} events although the shop was marked as closed`,
        };
  const past = sameWeekdays({ today, before, closedDays }).map(({ events }) => events);
  return judgeCount(value, past, weekdayOf(today.day));
}

/**
 * A count against those of the same weekday. Upwards in events, downwards in ratios: a day of ten times the usual is
 * far away in both, but a day of a tenth is close in events wherever the weeks differ much. The normal scatter is
 * what the weeks show, and no less than Poisson's or an eighth.
 */
function judgeCount(value: number, past: readonly number[], weekday: string): Verdict {
  const n = value;
  if (past.length < WEEKS_MIN)
    return {
      ...noData(value, n),
      sentence: `${count(value)} events; ${WEEKS_MIN - past.length} more ${weekday}s are needed to know what to expect`,
    };
  const expected = computeMedian(past)!;
  const poisson = Math.sqrt(Math.max(expected, 1));
  const up = Math.max(computeMadScale(past)!, expected / 8, poisson);
  const down = Math.max(computeMadScale(past.map((each) => Math.log(each + 1)))!, 1 / 8, 1 / poisson);
  const low = expected * Math.exp(-4 * down);
  const high = expected + 4 * up;
  const last = `the last ${past.length} ${weekday}s`;
  if (value >= low && value <= high)
    return {
      state: "pass",
      value,
      low,
      high,
      n,
      sentence:
        value === 0 && expected === 0
          ? `No events, as on ${last}`
          : `${count(value)} events; ${count(expected)} were usual on ${last}`,
    };
  const isFar = value >= FAR_FACTOR * expected || value <= expected / FAR_FACTOR;
  const state = isFar ? "fail" : "warn";
  const than = value < expected ? "fewer" : "more";
  return {
    state,
    value,
    low,
    high,
    n,
    sentence: `${count(value)} events, ${than} than the ${count(low)} to ${count(high)} that ${last} let expect`,
  };
}

function decideVolumeByType(input: CheckInput): Verdict {
  const { today } = input;
  if (input.closedDays.has(today.day))
    return { ...noData(null, 0), sentence: "The shop was marked as closed" };
  const weekdays = sameWeekdays(input);
  const types = new Set([...weekdays, today].flatMap(({ byType }) => Object.keys(byType)));
  const judged = [...types].flatMap((type) => {
    const past = weekdays.map(({ byType }) => byType[type] ?? 0);
    const verdict = judgeCount(today.byType[type] ?? 0, past, weekdayOf(today.day));
    // A type that is always rare comes and goes.
    const isRare = (computeMedian(past) ?? 0) < EVENTS_MIN && (today.byType[type] ?? 0) < EVENTS_MIN;
    return isRare ? [] : [{ type, verdict }];
  });
  if (judged.length === 0)
    return weekdays.length >= WEEKS_MIN && today.events === 0
      ? { state: "pass", value: 0, low: 0, high: 0, n: 0, sentence: "No type was expected, and none came" }
      : { ...noData(null, today.events), sentence: "No type has enough events to judge" };
  const worst = judged.reduce((a, b) => (severityOf(b.verdict) > severityOf(a.verdict) ? b : a));
  return {
    ...worst.verdict,
    n: today.events,
    sentence:
      worst.verdict.state === "pass"
        ? `All ${judged.length} types are as usual`
        : `${worst.type}: ${worst.verdict.sentence}`,
  };
}

/** How far outside its bounds; a verdict without bounds is below all others. */
function severityOf({ state, value, low, high }: Verdict): number {
  if (state === "no_data" || value === null || low === null || high === null) return -1;
  const outside = value < low ? low - value : value > high ? value - high : 0;
  return ({ pass: 0, warn: 1, fail: 2 } as const)[state] + outside / (outside + high + 1);
}

function decideNulls(input: CheckInput): Verdict {
  const { today } = input;
  const n = today.events;
  if (n < EVENTS_MIN) return tooFew(n);
  const days = baseline(input);
  if (days.length < BASELINE_MIN) return tooYoung(n, days.length);
  const found = Object.entries(today.missing).map(([field, missing]) => {
    const past = days.map((day) => (day.missing[field] ?? 0) / day.events);
    const usual = computeMedian(past)!;
    const scatter = computeMadScale(past)!;
    const value = missing / n;
    const low = Math.max(0, usual - Math.max(0.05, 4 * scatter));
    const high = Math.min(1, usual + Math.max(0.05, 4 * scatter));
    const worse = value - usual;
    const state: QualityState = worse > Math.max(0.2, 8 * scatter) ? "fail" : value > high ? "warn" : "pass";
    return { field, value, usual, low, high, state, worse };
  });
  const worst = found.sort((a, b) => rank(b.state) - rank(a.state) || b.worse - a.worse)[0]!;
  const { state, value, low, high } = worst;
  return {
    state,
    value,
    low,
    high,
    n,
    sentence:
      state === "pass"
        ? `No field is missing more often than usual; ${worst.field} is in ${percent(1 - value)} of events`
        : `${worst.field} is missing in ${percent(value)} of events; ${percent(worst.usual)} is usual`,
  };
}

function decideSchema(input: CheckInput): Verdict {
  const { today } = input;
  const n = today.contextEvents;
  if (n < EVENTS_MIN) return tooFew(n);
  const days = baseline(input).filter(({ contextEvents }) => contextEvents > 0);
  if (days.length < BASELINE_MIN) return tooYoung(n, days.length);
  const known = new Map<string, { share: number; days: number; types: Set<string> }>();
  for (const day of days)
    for (const [field, { events, types }] of Object.entries(day.context)) {
      const entry = known.get(field) ?? { share: 0, days: 0, types: new Set<string>() };
      entry.share += events / day.contextEvents / days.length;
      entry.days++;
      for (const type of types) entry.types.add(type);
      known.set(field, entry);
    }
  const changed = Object.entries(today.context).filter(
    ([field, { types }]) => known.has(field) && types.some((type) => !known.get(field)!.types.has(type)),
  );
  // A field that is rare, or was not there on every day, may be absent for a day.
  const vanished = [...known].filter(
    ([field, { share, days: seen }]) =>
      today.context[field] === undefined && share >= 0.05 && seen >= 0.9 * days.length,
  );
  const appeared = Object.entries(today.context).filter(
    ([field, { events }]) => !known.has(field) && events / n >= 0.01,
  );
  const parts = [
    list(
      "vanished",
      vanished.map(([field]) => field),
    ),
    list(
      "came with another type",
      changed.map(([field, { types }]) => `${field} (${types.join(", ")})`),
    ),
    list(
      "new",
      appeared.map(([field]) => field),
    ),
  ].filter((part) => part !== null);
  const value = vanished.length + changed.length + appeared.length;
  const state: QualityState = vanished.length + changed.length > 0 ? "fail" : value > 0 ? "warn" : "pass";
  return {
    state,
    value,
    low: 0,
    high: 0,
    n,
    sentence:
      state === "pass"
        ? `The ${Object.keys(today.context).length} fields of the context are the usual ones`
        : `Fields of the context: ${parts.join("; ")}`,
  };
}

function list(what: string, names: readonly string[]): string | null {
  if (names.length === 0) return null;
  const shown = names.slice(0, 5).join(", ");
  return `${what}: ${shown}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;
}

function decideRanges({ today }: CheckInput): Verdict {
  return judgeShare(today.outOfRange, today.events, {
    warn: 0.001,
    fail: 0.01,
    say: (share) => `${share} of events have a value, quantity or position outside the rules`,
  });
}

function decideDuplicates(input: CheckInput): Verdict {
  const repeats = (day: DayStats) => day.repeated + day.setAsideAsDuplicates;
  return judgeRise(input, {
    part: repeats,
    of: (day) => day.events + day.setAsideAsDuplicates,
    atLeast: { warn: 0.02, fail: 0.05 },
    say: (share, usual) => `${share} of events repeat another${usual}`,
  });
}

function decideSetAside(input: CheckInput): Verdict {
  return judgeRise(input, {
    part: (day) => day.setAside,
    of: (day) => day.events + day.setAside,
    atLeast: { warn: 0.05, fail: 0.2 },
    say: (share, usual) => `${share} of what arrived was set aside${usual}`,
  });
}

function decideBots(input: CheckInput): Verdict {
  return judgeRise(input, {
    part: (day) => day.ofBots,
    of: (day) => day.viewsAndClicks,
    atLeast: { warn: 0.05, fail: 0.2 },
    say: (share, usual) => `${share} of views and clicks are of programs${usual}`,
  });
}

function decideLateness(input: CheckInput): Verdict {
  const { today } = input;
  const n = today.events;
  if (n < EVENTS_MIN || today.latenessMsP95 === null) return tooFew(n);
  const value = today.latenessMsP95;
  const past = baseline(input).flatMap(({ latenessMsP95 }) =>
    latenessMsP95 === null ? [] : [latenessMsP95],
  );
  if (past.length < BASELINE_MIN) return tooYoung(n, past.length);
  const usual = computeMedian(past)!;
  const high = Math.max(60_000, 3 * usual);
  const state: QualityState = value > Math.max(600_000, 10 * usual) ? "fail" : value > high ? "warn" : "pass";
  return {
    state,
    value,
    low: 0,
    high,
    n,
    sentence: `95 % of events arrive within ${seconds(value)}; ${seconds(usual)} is usual`,
  };
}

function decideKnownItems(input: CheckInput): Verdict {
  if (input.today.events > 0 && input.today.knownItems === null)
    return { ...noData(null, input.today.events), sentence: "There is no catalogue to compare with" };
  return judgeFall(input, {
    part: (day) => day.knownItems ?? 0,
    of: (day) => day.withItem,
    say: (share, usual) => `The catalogue knows the item of ${share} of events${usual}`,
  });
}

function decideLinkedShoppers(input: CheckInput): Verdict {
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

/** The same weekday of the weeks before, without closed days. */
function sameWeekdays({ today, before, closedDays }: CheckInput): DayStats[] {
  const todayMs = Date.parse(today.day);
  return before
    .filter(({ day }) => ((todayMs - Date.parse(day)) / DAY_MS) % 7 === 0 && !closedDays.has(day))
    .slice(-WEEKS);
}
const DAY_MS = 86_400_000;

/** Of the four weeks before, the days with enough events to take a share of. */
function baseline({ before }: CheckInput): DayStats[] {
  return before.slice(-BASELINE_DAYS).filter(({ events }) => events >= EVENTS_MIN);
}

function noData(value: number | null, n: number): Omit<Verdict, "sentence"> {
  return { state: "no_data", value, low: null, high: null, n };
}
function tooFew(n: number): Verdict {
  const sentence =
    n === 0
      ? "Nothing arrived to judge by"
      : `${count(n)} events are too few to judge; ${EVENTS_MIN} are needed`;
  return { ...noData(null, n), sentence };
}
function tooYoung(n: number, days: number): Verdict {
  return {
    ...noData(null, n),
    sentence: `${BASELINE_MIN - days} more days with events are needed to know what is usual`,
  };
}

function rank(state: QualityState): number {
  return { no_data: 0, pass: 1, warn: 2, fail: 3 }[state];
}
function weekdayOf(day: string): string {
  return new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(new Date(day));
}
function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}
function seconds(ms: number): string {
  return ms < 90_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
