import type { RolloutMetric } from "@shortlist/contracts";
import { ROLLOUT_METRICS } from "@shortlist/contracts/vocabulary";
import type { Tone } from "@/components/ui/StateWord";
import { formatCount, formatMs, formatShare } from "../../../lib/format";
import type { Rollout } from "./rolloutView";

export type Guardrail = NonNullable<Rollout["latest"]>["assessment"]["guardrails"][number];

export const VERDICT_TONES: Record<Guardrail["verdict"], Tone> = {
  harm: "harm",
  safe: "pass",
  undecided: "busy",
  no_data: "none",
};
export const VERDICT_WORDS: Record<Guardrail["verdict"], string> = {
  harm: "harm",
  safe: "safe",
  undecided: "undecided",
  no_data: "no data",
};

export function metricLabel(metric: RolloutMetric): string {
  return ROLLOUT_METRICS[metric].label;
}

/** What one arm shows by itself, in the metric's unit. */
export function formatValue(metric: RolloutMetric, value: number | null): string {
  if (metric === "revenue") return value === null ? "–" : value.toFixed(3);
  return ROLLOUT_METRICS[metric].kind === "quantile" ? formatMs(value) : formatShare(value, 2);
}

/** A ratio as the change it is: 0.9 → "−10.0 %". */
export function formatChange(ratio: number | null): string {
  if (ratio === null || !Number.isFinite(ratio)) return "–";
  const pct = 100 * (ratio - 1);
  return `${pct < 0 ? "−" : "+"}${Math.abs(pct).toFixed(1)} %`;
}

/** Units of a metric's n: a guardrail of outcomes counts shoppers. */
export function unitOf(metric: RolloutMetric): string {
  return ROLLOUT_METRICS[metric].kind === "ratio" ? "shoppers" : "requests";
}

/** What it still takes, in words. */
export function describeMore({ verdict, moreN, reason, metric }: Guardrail): string {
  if (reason !== null) return reason;
  if (verdict !== "undecided") return "";
  return moreN === null
    ? "cannot say how many more it takes"
    : `about ${formatCount(moreN)} more ${unitOf(metric)} per arm`;
}

/** Half of what the axis of changes shows, as a ratio: the scale is logarithmic around 1. */
const SPAN = Math.log(2);

export interface IntervalPlot {
  /** 0…1 from halved to doubled; null when there is nothing to draw. */
  readonly low: number;
  readonly high: number;
  readonly estimate: number | null;
  readonly threshold: number | null;
  /** The interval goes beyond the axis. */
  readonly isCutLow: boolean;
  readonly isCutHigh: boolean;
}

/** Where an interval lies on an axis from halved through unchanged to doubled. */
export function plotInterval({
  low,
  high,
  estimate,
  threshold,
}: Pick<Guardrail, "low" | "high" | "estimate" | "threshold">): IntervalPlot | null {
  if (low === null && high === null) return null;
  const place = (ratio: number) => 0.5 + Math.log(Math.max(ratio, 1e-9)) / (2 * SPAN);
  const clamp = (x: number) => Math.max(0, Math.min(1, x));
  const from = low === null ? 0 : place(low);
  const to = high === null ? 1 : place(high);
  return {
    low: clamp(from),
    high: clamp(to),
    estimate: estimate === null ? null : clamp(place(estimate)),
    threshold: threshold === null || threshold <= 0 ? null : clamp(place(threshold)),
    isCutLow: from < 0,
    isCutHigh: to > 1,
  };
}
