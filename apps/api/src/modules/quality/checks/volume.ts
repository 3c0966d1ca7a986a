import type { DayStats } from "@shortlist/lake";
import { computeMadScale, computeMedian } from "@shortlist/ml";
import { type CheckInput, count, EVENTS_MIN, noData, type Verdict } from "./verdict";

const WEEKS = 8;
/** With fewer weeks one odd day would set the expectation. */
const WEEKS_MIN = 4;
/** Seasons and campaigns double a day; a cut log or a loop does more. */
const FAR_FACTOR = 3;

export function decideVolume({ today, before, closedDays }: CheckInput): Verdict {
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

export function decideVolumeByType(input: CheckInput): Verdict {
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

/** The same weekday of the weeks before, without closed days. */
function sameWeekdays({ today, before, closedDays }: CheckInput): DayStats[] {
  const todayMs = Date.parse(today.day);
  return before
    .filter(({ day }) => ((todayMs - Date.parse(day)) / DAY_MS) % 7 === 0 && !closedDays.has(day))
    .slice(-WEEKS);
}
const DAY_MS = 86_400_000;

function weekdayOf(day: string): string {
  return new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(new Date(day));
}
