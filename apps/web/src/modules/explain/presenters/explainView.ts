import { formatMs } from "../../../lib/format";
import { rungLabel, surfaceLabel } from "../../../lib/rungs";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Explained = ApiOutputs["explain"]["get"];
export type ExplainedItem = Explained["items"][number];

/** One sentence: what was answered, how well, how fast, and what went wrong. */
export function explainVerdict(record: Explained): string {
  const who = !record.personalized
    ? "a shopper who opted out"
    : record.shopper === null
      ? "nobody in particular"
      : record.isAnonymous
        ? "an anonymous visitor"
        : "a known shopper";
  const how =
    record.rung === 0
      ? "from the full funnel"
      : `on rung ${record.rung} (${rungLabel(record.rung).toLowerCase()})`;
  const short = record.items.length < record.n ? ` of ${record.n} asked` : "";
  const because =
    record.degradationReasons.length === 0 ? "" : `, because ${record.degradationReasons.join("; ")}`;
  return `${record.items.length}${short} items for ${who} on ${surfaceLabel(record.surface).toLowerCase()}, ${how} in ${formatMs(record.latencyMs)}${because}.`;
}

export interface WaterfallRow {
  readonly name: string;
  readonly ms: number;
  /** Where the stage starts and how long it is, as shares of the whole. */
  readonly start: number;
  readonly share: number;
  readonly in: number;
  readonly out: number;
}

/** Stages one after the other on a common axis; what is not in a stage (parsing, waiting) comes last. */
export function waterfall(record: Pick<Explained, "stages" | "latencyMs">): WaterfallRow[] {
  const inStages = record.stages.reduce((sum, { ms }) => sum + ms, 0);
  const whole = Math.max(record.latencyMs, inStages);
  let at = 0;
  const rows = record.stages.map((stage) => {
    const row = { ...stage, start: whole === 0 ? 0 : at / whole, share: whole === 0 ? 0 : stage.ms / whole };
    at += stage.ms;
    return row;
  });
  return rows;
}

/** Time of the request outside of any stage; null when the stages account for all of it. */
export function unaccountedMs(record: Pick<Explained, "stages" | "latencyMs">): number | null {
  const rest = record.latencyMs - record.stages.reduce((sum, { ms }) => sum + ms, 0);
  return rest > 0.005 ? rest : null;
}

export interface ContributionRow {
  readonly feature: string;
  readonly value: number;
  readonly contribution: number;
  /** −1…1, over the largest effect in the slate, so that items compare. */
  readonly extent: number;
}

/** Contributions of an item, largest first; an empty list with the reason when there are none. */
export function contributionRows(item: ExplainedItem, scale: number): ContributionRow[] {
  if (item.explanation.status !== "ok") return [];
  return item.explanation.contributions.map((each) => ({
    ...each,
    extent: scale === 0 ? 0 : each.contribution / scale,
  }));
}

/** Largest absolute contribution of any item: the common domain of all bars. */
export function contributionScale(items: readonly ExplainedItem[]): number {
  return items.reduce(
    (max, { explanation }) =>
      explanation.status === "ok"
        ? explanation.contributions.reduce((m, { contribution }) => Math.max(m, Math.abs(contribution)), max)
        : max,
    0,
  );
}

const NO_CONTRIBUTIONS: Record<string, string> = {
  features_not_logged: "Served without the ranker, so no features were read",
  model_not_linear: "The ranker has no additive form",
  width_mismatch: "The logged features do not fit the ranker's manifest",
};

export function noContributionsText(item: ExplainedItem): string | null {
  return item.explanation.status === "ok"
    ? null
    : (NO_CONTRIBUTIONS[item.explanation.reason] ?? item.explanation.reason);
}

/** Final position against the ranker's: positive when the re-ranker moved the item up. */
export function movedBy(item: Pick<ExplainedItem, "position" | "rankerPosition">): number | null {
  return item.rankerPosition === null ? null : item.rankerPosition - item.position;
}
