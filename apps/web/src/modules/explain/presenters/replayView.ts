import type { ReplayCause } from "@shortlist/contracts";
import { formatCount } from "../../../lib/format";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Replay = ApiOutputs["explain"]["replay"];
export type ReplayItem = Replay["items"][number];
export type Comparison = ApiOutputs["explain"]["compare"];

const CAUSES: Record<ReplayCause, string> = {
  another_release: "the replica serves another release by now",
  rules_not_held: "the rules of then are not known any more",
  catalogue_changed: "the catalogue has changed since",
  not_enough_recorded: "the log does not hold everything the answer depended on",
  unexplained: "nothing on record says why",
};

/** One sentence: the same slate or not, and why it may differ. */
export function replayVerdict(replay: Pick<Replay, "identical" | "causes" | "scoreDifferenceMax">): string {
  if (!replay.identical)
    return `The replay differs from what was answered: ${replay.causes.map((cause) => CAUSES[cause]).join("; ")}.`;
  return replay.scoreDifferenceMax < 1e-5
    ? "The replay gives the identical slate."
    : `The replay gives the same items in the same order; scores differ by up to ${replay.scoreDifferenceMax.toPrecision(2)}.`;
}

/** Where an item stood after each stage, 1-based; null: it was not there (any more). */
export const STAGES = [
  ["unionRank", "United"],
  ["preRank", "First cut"],
  ["rankerRank", "Ranker"],
  ["rulesRank", "Rules"],
  ["rerankRank", "Re-ranker"],
] as const satisfies readonly (readonly [keyof ReplayItem, string])[];

export interface StageRank {
  readonly stage: string;
  readonly rank: number | null;
  /** Positions up (positive) or down against the last stage it stood in; null without one. */
  readonly moved: number | null;
}

/** Ranks after each stage. Moves count from the ranker on: before it the order means little. */
export function stageRanks(item: ReplayItem): StageRank[] {
  let last: number | null = null;
  const final = item.position === null ? null : item.position + 1;
  return [...STAGES.map(([key, stage]) => ({ stage, rank: item[key] })), { stage: "Slate", rank: final }].map(
    ({ stage, rank }) => {
      const isOrdered = stage !== "United" && stage !== "First cut";
      const moved: number | null = isOrdered && rank !== null && last !== null ? last - rank : null;
      if (isOrdered && rank !== null) last = rank;
      return { stage, rank, moved };
    },
  );
}

/** Why an item that came near is not in the slate, in a few words. */
export function outcomeText(item: Pick<ReplayItem, "position" | "gate" | "drop" | "rerankRank">): string {
  if (item.position !== null) return "shown";
  if (item.gate !== null) return item.gate.replaceAll("_", " ");
  if (item.drop !== null) return item.drop.replaceAll("_", " ");
  return item.rerankRank === null ? "below the slate" : "in reserve";
}

export function compareVerdict(
  c: Pick<Comparison, "jaccard" | "n" | "enters" | "leaves" | "ranker" | "other" | "nCandidates">,
): string {
  if (c.jaccard === null) return "There was nothing to order.";
  const moved = c.enters.length;
  return moved === 0
    ? `${c.other} would show the same ${c.n} of ${formatCount(c.nCandidates)} candidates as ${c.ranker}, before rules and re-ranking (Jaccard 1).`
    : `${c.other} would change ${moved} of the first ${c.n} of ${formatCount(c.nCandidates)} candidates against ${c.ranker}, before rules and re-ranking (Jaccard ${c.jaccard.toFixed(2)}).`;
}
