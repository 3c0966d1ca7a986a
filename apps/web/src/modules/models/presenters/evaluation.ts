import type { Evaluation } from "@shortlist/contracts";
import { formatDay } from "../../../lib/format";

/** Names of metrics in words. `k` comes from the evaluation. */
const METRIC_LABELS: Readonly<Record<string, string>> = {
  recall: "Recall",
  ndcg: "NDCG",
  mrr: "MRR",
  map: "MAP",
  hitRate: "Hit rate",
  precision: "Precision",
  coverage: "Catalogue coverage",
  novelty: "Novelty",
  diversity: "Diversity",
};

/** "recallAt20" → "Recall@20". */
export function metricLabel(key: string): string {
  const match = /^([a-zA-Z]+?)(?:At(\d+))?$/.exec(key);
  if (match === null) return key;
  const label = METRIC_LABELS[match[1]!] ?? match[1]!;
  return match[2] === undefined ? label : `${label}@${match[2]}`;
}

/** The metric a version is judged by in lists, best known first. */
const HEADLINES = ["ndcg", "recall", "mrr"];

export function headlineMetric(evaluation: Evaluation | null): string | null {
  if (evaluation === null) return null;
  const keys = Object.keys(evaluation.subject.metrics);
  for (const name of HEADLINES) {
    const found = keys.find((key) => key.startsWith(name) && evaluation.subject.metrics[key] !== null);
    if (found !== undefined) return found;
  }
  return keys[0] ?? null;
}

export interface MetricRow {
  readonly key: string;
  readonly label: string;
  /** Subject first, then the baselines. */
  readonly entries: readonly {
    readonly name: string;
    readonly users: number;
    readonly value: number | null;
    readonly share: number | null;
    readonly isSubject: boolean;
  }[];
  /** Subject over the better baseline; null when it cannot be computed. */
  readonly liftOverBest: number | null;
}

/** Every metric with the subject beside its baselines, bars over the row's own largest value. */
export function metricRows({ subject, baselines }: Evaluation): MetricRow[] {
  return Object.keys(subject.metrics).map((key) => {
    const all = [
      { ...subject, isSubject: true },
      ...baselines.map((each) => ({ ...each, isSubject: false })),
    ];
    const values = all.map(({ metrics }) => metrics[key] ?? null);
    const max = Math.max(0, ...values.filter((value) => value !== null));
    const known = values.slice(1).filter((value) => value !== null);
    const best = known.length === 0 ? null : Math.max(...known);
    const own = values[0] ?? null;
    return {
      key,
      label: metricLabel(key),
      entries: all.map(({ name, users, isSubject }, i) => {
        const value = values[i] ?? null;
        return { name, users, isSubject, value, share: value === null ? null : max === 0 ? 0 : value / max };
      }),
      liftOverBest: own === null || best === null || best <= 0 ? null : own / best - 1,
    };
  });
}

/** One sentence: how it did against popularity on what, and when that was measured. */
export function evaluationVerdict(evaluation: Evaluation): string {
  const { subject, baselines, splitAt, testTo } = evaluation;
  const key = headlineMetric(evaluation);
  const own = key === null ? null : (subject.metrics[key] ?? null);
  if (key === null || own === null) return "No metric could be computed on this window.";
  const window = splitAt === null ? "" : ` on ${formatDay(splitAt)} – ${formatDay(testTo)}`;
  const popularity = baselines.find(({ name }) => name === "popularity")?.metrics[key] ?? null;
  const n = `n = ${subject.users} shoppers`;
  if (popularity === null) return `${metricLabel(key)} ${own.toFixed(4)}${window}, ${n}.`;
  if (popularity === 0)
    return `${metricLabel(key)} ${own.toFixed(4)} against 0 of popularity${window}, ${n}.`;
  const ratio = own / popularity;
  const words =
    ratio >= 1 ? `${ratio.toFixed(1)} times popularity` : `below popularity (${popularity.toFixed(4)})`;
  return `${metricLabel(key)} ${own.toFixed(4)}, ${words}${window}, ${n}.`;
}

export interface SliceRow {
  readonly by: string;
  readonly name: string;
  readonly users: number;
  readonly values: readonly { readonly name: string; readonly value: number | null }[];
}

/** One metric by slice, the subject first; what was measured without slices has none. */
export function sliceRows({ subject, baselines }: Evaluation, metric: string): SliceRow[] {
  return (subject.slices ?? []).map(({ by, name, users }) => ({
    by,
    name,
    users,
    values: [subject, ...baselines].map((entry) => ({
      name: entry.name,
      value: entry.slices?.find((slice) => slice.by === by && slice.name === name)?.metrics[metric] ?? null,
    })),
  }));
}
