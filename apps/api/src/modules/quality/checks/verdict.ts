import type { QualityState } from "@shortlist/contracts";
import type { DayStats } from "@shortlist/lake";

// What all daily checks share: what they are given, what they answer, and the answers for days that say nothing.

/** What a day is judged by: itself, and the days before it, oldest first, without gaps. */
export interface CheckInput {
  readonly today: DayStats;
  readonly before: readonly DayStats[];
  readonly closedDays: ReadonlySet<string>;
}

export interface Verdict {
  readonly state: QualityState;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly sentence: string;
}

/** Days that shares and times are compared with. */
export const BASELINE_DAYS = 28;
export const BASELINE_MIN = 7;
/** Below this a share moves by whole points with one event. */
export const EVENTS_MIN = 50;

/** Of the four weeks before, the days with enough events to take a share of. */
export function baseline({ before }: CheckInput): DayStats[] {
  return before.slice(-BASELINE_DAYS).filter(({ events }) => events >= EVENTS_MIN);
}

export function noData(value: number | null, n: number): Omit<Verdict, "sentence"> {
  return { state: "no_data", value, low: null, high: null, n };
}
export function tooFew(n: number): Verdict {
  const sentence =
    n === 0
      ? "Nothing arrived to judge by"
      : `${count(n)} events are too few to judge; ${EVENTS_MIN} are needed`;
  return { ...noData(null, n), sentence };
}
export function tooYoung(n: number, days: number): Verdict {
  return {
    ...noData(null, n),
    sentence: `${BASELINE_MIN - days} more days with events are needed to know what is usual`,
  };
}

export function count(value: number): string {
  return Math.round(value).toLocaleString("en");
}
export function percent(share: number): string {
  return `${(100 * share).toFixed(share > 0 && share < 0.01 ? 2 : 1)} %`;
}
