import type { QualityState } from "@shortlist/contracts";
import { computeMedian } from "@shortlist/ml";
import {
  BASELINE_MIN,
  baseline,
  type CheckInput,
  EVENTS_MIN,
  tooFew,
  tooYoung,
  type Verdict,
} from "./verdict";

export function decideLateness(input: CheckInput): Verdict {
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

function seconds(ms: number): string {
  return ms < 90_000 ? `${(ms / 1000).toFixed(1)} s` : `${(ms / 60_000).toFixed(1)} min`;
}
