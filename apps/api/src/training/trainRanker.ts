import {
  createRandom,
  createRankFeatureFiller,
  fitLogistic,
  type ItemColumns,
  type LogisticModel,
  RANK_FEATURE_COUNT,
} from "@shortlist/ml";
import { createOfflineFunnel } from "./candidates";
import type { FittedSources } from "./fitSources";
import { countBefore, type InteractionLog } from "./interactionLog";
import { buildShopperHistory } from "./shopperHistory";
import { type ViewInputs, widenRows } from "./viewInputs";

/** Negatives kept per shopper: random ones teach what is irrelevant, top ones what is nearly right. */
const RANDOM_NEGATIVES = 40;
/** Ridge on standardised weights: the features overlap, and without it their weights would fight. */
const L2 = 1;
/** More shoppers than this no longer move the weights beyond their standard errors, and cost seconds each thousand. */
const SHOPPERS_MAX = 2_500;

export interface RankerTraining {
  readonly model: LogisticModel;
  readonly rows: number;
  readonly positives: number;
  readonly shoppers: number;
  /** A few rows with their features, to become golden rows of the manifest. */
  readonly sample: Float32Array;
}

/**
 * Fits the ranker on what shoppers did in [fromMs, toMs), from candidates and features as they were at `fromMs`:
 * sources, item columns and histories know nothing of the label window. Positives are candidates the shopper
 * went on to interact with. Null when there are too few to learn from.
 */
export function trainRanker(o: {
  log: InteractionLog;
  fromMs: number;
  toMs: number;
  sources: FittedSources;
  columns: ItemColumns;
  popular: Int32Array;
  views: ViewInputs;
  seed: number;
}): RankerTraining | null {
  const { log, columns } = o;
  const labels = collectLabels(log, countBefore(log, o.fromMs), countBefore(log, o.toMs));
  const history = buildShopperHistory(log, o.fromMs);
  const funnel = createOfflineFunnel(o.sources, columns, o.popular);
  const filler = createRankFeatureFiller(columns);
  const random = createRandom(o.seed).fork("ranker-negatives");
  const shoppers = random.shuffle([...labels.keys()]).slice(0, SHOPPERS_MAX);

  const blocks: Float32Array[] = [];
  const y: number[] = [];
  let positives = 0;
  for (const shopper of shoppers) {
    const wanted = labels.get(shopper)!;
    const recent = history.recent(shopper);
    const set = funnel.retrieve(shopper, recent, history.seen(shopper));
    const chosen: number[] = [];
    const negatives: number[] = [];
    for (let c = 0; c < set.count; c++) (wanted.has(set.items[c]!) ? chosen : negatives).push(c);
    if (chosen.length === 0) continue;
    const nPositive = chosen.length;
    for (let k = 0; k < RANDOM_NEGATIVES && negatives.length > 0; k++) chosen.push(random.pick(negatives));
    const block = new Float32Array(chosen.length * RANK_FEATURE_COUNT);
    filler.prepare({
      recentItems: recent,
      recentCount: recent.length,
      recentWeights: new Float32Array(recent.length).fill(1),
      userVector: set.hasVector ? set.userVector : null,
    });
    filler.fill(
      Int32Array.from(chosen, (c) => set.items[c]!),
      chosen.length,
      Float32Array.from(chosen, (c) => set.covisitation[c]!),
      block,
    );
    blocks.push(
      widenRows(
        block,
        chosen.map((c) => set.items[c]!),
        o.views,
      ),
    );
    for (let k = 0; k < chosen.length; k++) y.push(k < nPositive ? 1 : 0);
    positives += nPositive;
  }
  if (positives < 50) return null;
  const x = concatenate(blocks);
  const width = RANK_FEATURE_COUNT + o.views.columns.length;
  const model = fitLogistic(x, y, null, width, { l2: L2 });
  return {
    model,
    rows: y.length,
    positives,
    shoppers: blocks.length,
    sample: x.slice(0, 8 * width),
  };
}

/** Items each shopper interacted with in events [from, to). */
export function collectLabels(log: InteractionLog, from: number, to: number): Map<number, Set<number>> {
  const labels = new Map<number, Set<number>>();
  for (let e = from; e < to; e++) {
    const shopper = log.shopper[e]!;
    const items = labels.get(shopper);
    if (items === undefined) labels.set(shopper, new Set([log.item[e]!]));
    else items.add(log.item[e]!);
  }
  return labels;
}

function concatenate(blocks: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(blocks.reduce((sum, block) => sum + block.length, 0));
  let at = 0;
  for (const block of blocks) {
    whole.set(block, at);
    at += block.length;
  }
  return whole;
}
