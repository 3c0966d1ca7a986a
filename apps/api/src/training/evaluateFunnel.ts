import type { Evaluation } from "@shortlist/contracts";
import {
  createRandom,
  createRankFeatureFiller,
  type ItemColumns,
  type LogisticModel,
  type NeighborTable,
  ndcgAtK,
  RANK_FEATURE_COUNT,
  recallAtK,
  reciprocalRank,
  scoreLogistic,
  selectTopK,
} from "@shortlist/ml";
import { createOfflineFunnel } from "./candidates";
import type { FittedSources } from "./fitSources";
import { countBefore, type InteractionLog } from "./interactionLog";
import { buildShopperHistory } from "./shopperHistory";
import { collectLabels } from "./trainRanker";
import { type ViewInputs, widenRows } from "./viewInputs";

export const EVALUATION_K = 20;
/** Enough that the standard error of recall is below a tenth of its usual value, and a minute at most. */
const SHOPPERS_MAX = 1_500;

type Entry = Evaluation["subject"];
export type EvaluatedName =
  | "random"
  | "popularity"
  | "collaborative"
  | "content"
  | "covisitation"
  | "graphWalk"
  | "ranker";
/** As the source of that name starts its walks. */
const WALK = { startsMax: 10, decay: 0.8 };

/**
 * Ranks all items the shopper has not interacted with before the split, for shoppers who came back after it, and
 * compares with the new items they then interacted with. Every model is scored on the same shoppers.
 *
 * Recall = hits / new items; NDCG with binary gains; coverage = share of the catalogue in any list; mean over shoppers.
 * Slices: shoppers by how many items they had before, and the new items by whether they are among the fifth of the catalogue
 * that is most popular; a slice of items counts shoppers who took up one of them.
 */
export function evaluateFunnel(o: {
  log: InteractionLog;
  splitMs: number;
  sources: FittedSources;
  graphWalk: NeighborTable;
  columns: ItemColumns;
  popular: Int32Array;
  ranker: LogisticModel | null;
  views: ViewInputs;
  seed: number;
  onProgress: (share: number) => void;
}): Map<EvaluatedName, Entry> {
  const { log, columns } = o;
  const nItems = columns.nItems;
  const history = buildShopperHistory(log, o.splitMs);
  const split = countBefore(log, o.splitMs);
  const random = createRandom(o.seed).fork("evaluation");
  const labels = collectLabels(log, split, log.item.length);
  const shoppers = random.shuffle([...labels.keys()]).slice(0, SHOPPERS_MAX);
  const funnel = createOfflineFunnel(o.sources, columns, o.popular);
  const filler = createRankFeatureFiller(columns);
  const scores = new Float32Array(nItems);
  const best = new Int32Array(EVALUATION_K);
  const tallies = new Map<EvaluatedName, SlicedTally>();
  const isPopular = markPopular(columns);

  for (const [done, shopper] of shoppers.entries()) {
    const seen = history.seen(shopper);
    const wanted = new Set([...labels.get(shopper)!].filter((item) => !seen.has(item)));
    if (wanted.size === 0) continue;
    const recent = history.recent(shopper);
    const slices = sliceOf(seen.size, wanted, isPopular);
    const judge = (name: EvaluatedName, list: ArrayLike<number>) => {
      let tally = tallies.get(name);
      if (tally === undefined) {
        tally = new SlicedTally(nItems);
        tallies.set(name, tally);
      }
      tally.add(list, wanted, slices);
    };
    const judgeScores = (name: EvaluatedName) => {
      for (const item of seen) scores[item] = Number.NEGATIVE_INFINITY;
      const found = selectTopK(scores, nItems, EVALUATION_K, best);
      judge(name, best.subarray(0, found));
    };

    for (let i = 0; i < nItems; i++) scores[i] = random.next();
    judgeScores("random");
    judge("popularity", firstUnseen(o.popular, seen));
    const set = funnel.retrieve(shopper, recent, seen);
    scoreProduct(columns.itemFactors, columns.factors, set.userVector, scores);
    judgeScores("collaborative");
    scoreNeighbors(o.sources.covisitation, recent, 1, scores);
    judgeScores("covisitation");
    scoreNeighbors(o.graphWalk, recent.subarray(0, WALK.startsMax), WALK.decay, scores);
    judgeScores("graphWalk");
    scoreContent(columns, recent, scores);
    judgeScores("content");
    if (o.ranker !== null) {
      const features = new Float32Array(set.count * RANK_FEATURE_COUNT);
      filler.prepare({
        recentItems: recent,
        recentCount: recent.length,
        recentWeights: new Float32Array(recent.length).fill(1),
        userVector: set.hasVector ? set.userVector : null,
      });
      filler.fill(set.items, set.count, set.covisitation, features);
      const ranked = new Float32Array(set.count);
      const rows = widenRows(features, set.items.subarray(0, set.count), o.views);
      scoreLogistic(o.ranker, rows, set.count, ranked);
      const found = selectTopK(ranked, set.count, Math.min(EVALUATION_K, set.count), best);
      judge(
        "ranker",
        Array.from(best.subarray(0, found), (c) => set.items[c]!),
      );
    }
    if (done % 100 === 0) o.onProgress(done / shoppers.length);
  }
  return new Map([...tallies].map(([name, tally]) => [name, tally.toEntry(name)]));
}

/** A part of the evaluation, and what of a shopper's new items counts in it. */
interface Slice {
  readonly by: "history" | "items";
  readonly name: string;
  readonly wanted: ReadonlySet<number>;
}

/** Items of shoppers before the split, and the slice from there on. */
const HISTORIES = [
  { from: 20, name: "20 items or more before" },
  { from: 5, name: "5 to 19 items before" },
  { from: 1, name: "1 to 4 items before" },
  { from: 0, name: "nothing before" },
] as const;
const POPULAR_SHARE = 0.2;

function markPopular({ popularity, nItems }: ItemColumns): Uint8Array {
  const ranked = Array.from({ length: nItems }, (_, item) => item).sort(
    (a, b) => popularity[b]! - popularity[a]!,
  );
  const marks = new Uint8Array(nItems);
  for (const item of ranked.slice(0, Math.ceil(nItems * POPULAR_SHARE))) marks[item] = 1;
  return marks;
}

function sliceOf(nSeen: number, wanted: ReadonlySet<number>, isPopular: Uint8Array): Slice[] {
  const history = HISTORIES.find(({ from }) => nSeen >= from)!;
  const popular = new Set([...wanted].filter((item) => isPopular[item] === 1));
  const tail = new Set([...wanted].filter((item) => isPopular[item] === 0));
  return [
    { by: "history", name: history.name, wanted },
    ...(popular.size === 0 ? [] : [{ by: "items" as const, name: "most popular fifth", wanted: popular }]),
    ...(tail.size === 0 ? [] : [{ by: "items" as const, name: "long tail", wanted: tail }]),
  ];
}

class SlicedTally {
  private readonly all: Tally;
  private readonly slices = new Map<string, { slice: Slice; tally: Tally }>();

  constructor(nItems: number) {
    this.all = new Tally(nItems);
  }

  add(list: ArrayLike<number>, wanted: ReadonlySet<number>, slices: readonly Slice[]): void {
    this.all.add(list, wanted);
    for (const slice of slices) {
      const key = `${slice.by} ${slice.name}`;
      let held = this.slices.get(key);
      if (held === undefined) {
        // Of a slice nobody asks how much of the catalogue it shows.
        held = { slice, tally: new Tally(0) };
        this.slices.set(key, held);
      }
      held.tally.add(list, slice.wanted);
    }
  }

  toEntry(name: string): Entry {
    const slices = [...this.slices.values()]
      .map(({ slice, tally }) => {
        const { coverageAt20: _none, ...metrics } = tally.toEntry(name).metrics;
        return { by: slice.by, name: slice.name, users: tally.toEntry(name).users, metrics };
      })
      .sort((a, b) => a.by.localeCompare(b.by) || b.users - a.users);
    return { ...this.all.toEntry(name), slices };
  }
}

class Tally {
  private users = 0;
  private recall = 0;
  private ndcg = 0;
  private reciprocalRank = 0;
  private readonly shown: Uint8Array;

  constructor(nItems: number) {
    this.shown = new Uint8Array(nItems);
  }

  add(list: ArrayLike<number>, wanted: ReadonlySet<number>): void {
    this.users++;
    this.recall += recallAtK(list, wanted, EVALUATION_K) ?? 0;
    this.ndcg += ndcgAtK(list, wanted, EVALUATION_K) ?? 0;
    this.reciprocalRank += reciprocalRank(list, wanted) ?? 0;
    for (let i = 0; i < list.length; i++) this.shown[list[i]!] = 1;
  }

  toEntry(name: string): Omit<Entry, "slices"> {
    const share = (sum: number) => (this.users === 0 ? null : sum / this.users);
    let shown = 0;
    for (const flag of this.shown) shown += flag;
    return {
      name,
      users: this.users,
      metrics: {
        recallAt20: share(this.recall),
        ndcgAt20: share(this.ndcg),
        mrr: share(this.reciprocalRank),
        coverageAt20: this.shown.length === 0 ? null : shown / this.shown.length,
      },
    };
  }
}

function firstUnseen(list: Int32Array, seen: ReadonlySet<number>): number[] {
  const found: number[] = [];
  for (let i = 0; i < list.length && found.length < EVALUATION_K; i++)
    if (!seen.has(list[i]!)) found.push(list[i]!);
  return found;
}

function scoreProduct(matrix: Float32Array, dims: number, vector: Float32Array, out: Float32Array): void {
  let at = 0;
  for (let i = 0; i < out.length; i++) {
    let dot = 0;
    for (let p = 0; p < dims; p++) dot += matrix[at++]! * vector[p]!;
    out[i] = dot;
  }
}

/** Sums of what the table says of each recent item, the one before the last counting `decay` as much, and so on. */
function scoreNeighbors(table: NeighborTable, recent: Int32Array, decay: number, out: Float32Array): void {
  out.fill(0);
  let weight = 1;
  for (const item of recent) {
    for (let p = table.offsets[item]!; p < table.offsets[item + 1]!; p++)
      out[table.items[p]!]! += weight * table.scores[p]!;
    weight *= decay;
  }
}

/** Similarity to the mean of the last ten items; all zero for a shopper without history. */
function scoreContent(columns: ItemColumns, recent: Int32Array, out: Float32Array): void {
  const mean = new Float32Array(columns.contentDims);
  for (const item of recent.subarray(0, 10))
    for (let p = 0; p < columns.contentDims; p++)
      mean[p]! += columns.contentVectors[item * columns.contentDims + p]!;
  scoreProduct(columns.contentVectors, columns.contentDims, mean, out);
}
