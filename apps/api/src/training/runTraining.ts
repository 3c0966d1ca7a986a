import type { Evaluation, FeatureView, Release, TrainingConfig } from "@shortlist/contracts";
import type { Lake, UnlinkedPair } from "@shortlist/lake";
import { fitContentEmbedding, fitGraphWalk, type ItemColumns } from "@shortlist/ml";
import { AppError } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { EVALUATION_K, type EvaluatedName, evaluateFunnel } from "./evaluateFunnel";
import { type FittedSources, fitSources } from "./fitSources";
import { countBefore, loadInteractionLog } from "./interactionLog";
import {
  type CatalogSnapshot,
  computeItemSnapshot,
  type ItemSnapshot,
  type StaticColumns,
} from "./itemSnapshot";
import { computeLists } from "./lists";
import { materialiseShoppers } from "./materialise";
import {
  computeDataHash,
  computeItemTableId,
  encodeAttributes,
  encodeItemTable,
  encodeItemTexts,
  type ModelPackage,
  type PackageContext,
  packageCollaborative,
  packageContent,
  packageCovisitation,
  packageGraphWalk,
  packagePopularity,
  packageRanker,
} from "./packages";
import { buildShopperHistory } from "./shopperHistory";
import { trainRanker } from "./trainRanker";
import { buildVectorIndex, COLLABORATIVE_SHAPE, CONTENT_SHAPE } from "./vectorIndex";
import { computeViewInputs, NO_VIEW_INPUTS, type ViewInputs } from "./viewInputs";

/** Effects of a training run, given by the process that runs it. */
export interface TrainingPorts {
  readonly lake: Lake;
  readonly redis: Redis;
  readonly loadCatalog: () => Promise<CatalogSnapshot>;
  /** The item views that the ranker is to read. */
  readonly loadViews: () => Promise<readonly FeatureView[]>;
  readonly listUnlinked: () => Promise<readonly UnlinkedPair[]>;
  readonly register: (model: ModelPackage, evaluation: Evaluation | null) => Promise<RegisteredModel>;
  readonly putArtifact: (name: string, bytes: Uint8Array) => Promise<ArtifactRef>;
  readonly publish: (input: PublishInput) => Promise<{ releaseId: string; number: number }>;
  readonly report: (progressPct: number, step: string) => void;
  readonly log: (line: string) => void;
}

type ArtifactRef = { name: string; sha256: string; bytes: number };
export interface RegisteredModel {
  readonly modelVersionId: string;
  readonly ref: string;
  readonly artifacts: readonly ArtifactRef[];
}
export interface PublishInput {
  readonly itemTable: Release["itemTable"];
  readonly lists: ArtifactRef;
  readonly modelVersionIds: Record<
    "collaborative" | "content" | "covisitation" | "graphWalk" | "popularity" | "ranker",
    string
  >;
}

/** Items' values reach a replica with a release, hours after the events: a second more or less changes nothing. */
const VIEW_LAG_MS = 0;
/** Below this there is nothing to hold out and nothing to learn. */
const INTERACTIONS_MIN = 100;

/**
 * One training run: read → split by time → fit and evaluate beside popularity and random → refit on everything →
 * register → compile and publish a release. Models judged and models served differ only in how much they saw.
 *
 * Time: [start … rankerFrom) sources for the ranker, [rankerFrom … split) the ranker's labels, [split … end] the
 * held-out window; each window holds `testSharePct` of the interactions.
 */
export async function runTraining(workspace: string, config: TrainingConfig, ports: TrainingPorts) {
  ports.report(1, "reading the catalogue");
  const catalog = await ports.loadCatalog();
  const rows = [...catalog.rows].sort((a, b) => (a.itemId < b.itemId ? -1 : 1));
  if (rows.length === 0)
    throw new AppError("conflict", "empty catalogue", {
      publicDetail: "The catalogue is empty. Import items first: shortlist import FILE --mapping …",
    });
  if (!(await ports.lake.hasRows(workspace, "events")))
    throw new AppError("conflict", "no interactions", {
      publicDetail: "There are no interactions yet. Import logs first: shortlist import FILE --mapping …",
    });

  const views = await ports.loadViews();
  ports.report(3, "reading interactions");
  const itemIds = rows.map((row) => row.itemId);
  const { log, report, windows, optedOut } = await loadInteractionLog(
    ports.lake,
    { workspace, itemIndex: new Map(itemIds.map((id, index) => [id, index])) },
    { testSharePct: config.testSharePct, unlinked: await ports.listUnlinked() },
  );
  ports.log(
    `${report.usedRows} of ${report.rows} preference interactions used; ${report.unknownItemRows} of unknown items and ` +
      `${report.botShoppers} programs and ${report.optedOutShoppers} people who opted out left out; ` +
      `${report.mergedShoppers} people joined from several ids`,
  );
  if (log.item.length < INTERACTIONS_MIN)
    throw new AppError("conflict", "too few interactions", {
      publicDetail: `Only ${log.item.length} usable interactions; at least ${INTERACTIONS_MIN} are needed.`,
    });

  const startMs = log.timeMs[0]!;
  const endMs = log.timeMs[log.timeMs.length - 1]! + 1;
  const { rankerFromMs, splitMs } = windows;

  ports.report(8, "embedding item content");
  const createdAtMs = Float64Array.from(rows, (row) => row.createdAtMs);
  const attributes: StaticColumns = {
    ...encodeAttributes(rows),
    content: fitContentEmbedding(rows, { dimensions: config.contentDimensions, seed: config.seed }),
  };

  const fitAt = (atMs: number, from: number, to: number, step: string): Fitted => {
    ports.report(from, step);
    const end = countBefore(log, atMs);
    const sources = fitSources(log, end, config, (share) => ports.report(from + (to - from) * share, step));
    const snapshot = computeItemSnapshot(log, createdAtMs, atMs);
    return {
      sources,
      snapshot,
      lists: computeLists(log, atMs),
      columns: toItemColumns(attributes, snapshot, sources),
    };
  };

  const fitWalks = ({ covisitation }: FittedSources) => fitGraphWalk(covisitation, { k: config.neighbors });

  const viewsAt = async (atMs: number, like: ViewInputs | null) =>
    views.length === 0
      ? NO_VIEW_INPUTS
      : computeViewInputs(ports.lake, views, { workspace, itemIds, atMs, writeLagMs: VIEW_LAG_MS, like });

  const early = fitAt(rankerFromMs, 12, 24, "fitting sources for the ranker");
  ports.report(24, "fitting the ranker");
  const earlyViews = await viewsAt(rankerFromMs, null);
  const judgedRanker = trainRanker({
    log,
    fromMs: rankerFromMs,
    toMs: splitMs,
    sources: early.sources,
    columns: early.columns,
    popular: popularOf(early),
    views: earlyViews,
    seed: config.seed,
  });
  const judged = fitAt(splitMs, 34, 46, "fitting models to be evaluated");
  ports.report(46, "evaluating beside popularity and random");
  const judgedViews = await viewsAt(splitMs, earlyViews);
  const entries = evaluateFunnel({
    log,
    splitMs,
    sources: judged.sources,
    graphWalk: fitWalks(judged.sources),
    columns: judged.columns,
    popular: popularOf(judged),
    ranker: judgedRanker?.model ?? null,
    views: judgedViews,
    seed: config.seed,
    onProgress: (share) => ports.report(46 + 12 * share, "evaluating beside popularity and random"),
  });
  for (const entry of entries.values()) ports.log(describeEntry(entry));

  // The ranker served is the one that was judged, refitted one window later on the models fitted at the split.
  ports.report(58, "refitting the ranker on the newest window");
  const servedRanker =
    trainRanker({
      log,
      fromMs: splitMs,
      toMs: endMs,
      sources: judged.sources,
      columns: judged.columns,
      popular: popularOf(judged),
      views: judgedViews,
      seed: config.seed,
    }) ?? judgedRanker;
  if (servedRanker === null)
    throw new AppError("conflict", "too few returning shoppers", {
      publicDetail: "Too few shoppers came back in the label window to fit a ranker; import a longer log.",
    });

  const final = fitAt(endMs, 64, 74, "refitting on the whole log");
  const itemTableId = computeItemTableId(rows, endMs);
  const embeddingSpaceId = `als-${itemTableId}-${config.factors}-${config.seed}`;
  const context: PackageContext = {
    itemTableId,
    config,
    window: { fromMs: startMs, toMs: endMs },
    dataHash: computeDataHash({ workspace, itemTableId, report, startMs, endMs, nShoppers: log.nShoppers }),
  };
  ports.report(74, "building the collaborative index");
  const factorIndex = await buildVectorIndex(final.sources.als.itemFactors, config.factors, {
    shape: COLLABORATIVE_SHAPE,
    queries: final.sources.als.userFactors,
    seed: config.seed,
    onProgress: (share) => ports.report(74 + 8 * share, "building the collaborative index"),
  });
  const contentIndex = await buildVectorIndex(attributes.content.vectors, config.contentDimensions, {
    shape: CONTENT_SHAPE,
    queries: attributes.content.vectors,
    seed: config.seed,
    onProgress: (share) => ports.report(82 + 4 * share, "building the content index"),
  });

  ports.report(86, "registering model versions");
  const evaluationOf = (name: EvaluatedName) => toEvaluation(entries, name, { startMs, splitMs, endMs });
  const collaborative = await ports.register(
    packageCollaborative(final.sources, factorIndex, embeddingSpaceId, context),
    evaluationOf("collaborative"),
  );
  const content = await ports.register(
    packageContent(attributes, contentIndex, context),
    evaluationOf("content"),
  );
  const covisitation = await ports.register(
    packageCovisitation(final.sources.covisitation, context),
    evaluationOf("covisitation"),
  );
  ports.report(88, "walking the graph of visits");
  const graphWalk = await ports.register(
    packageGraphWalk(fitWalks(final.sources), context),
    evaluationOf("graphWalk"),
  );
  const popularity = await ports.register(
    packagePopularity(final.lists, context),
    evaluationOf("popularity"),
  );
  const ranker = await ports.register(
    packageRanker(
      servedRanker.model,
      servedRanker.sample,
      { training: servedRanker, views: await viewsAt(endMs, earlyViews) },
      context,
    ),
    evaluationOf("ranker"),
  );
  const itemTable = await ports.putArtifact(
    "items.slcf",
    encodeItemTable(rows, attributes, final.snapshot, itemTableId),
  );

  const itemTexts = await ports.putArtifact("texts.slcf", encodeItemTexts(rows, itemTableId));

  ports.report(90, "writing shopper state to the online store");
  await materialiseShoppers({
    redis: ports.redis,
    workspace,
    embeddingSpaceId,
    log,
    history: buildShopperHistory(log, endMs),
    als: final.sources.als,
    itemIds,
    optedOut,
    onProgress: (share) => ports.report(90 + 7 * share, "writing shopper state to the online store"),
  });

  const metrics = Object.fromEntries([...entries].map(([name, entry]) => [name, entry]));
  const models = { collaborative, content, covisitation, graphWalk, popularity, ranker };
  if (!config.publish) return { report, metrics, models, release: null };
  ports.report(97, "publishing the release");
  const release = await ports.publish({
    itemTable: {
      id: itemTableId,
      nItems: rows.length,
      artifact: itemTable,
      catalogPosition: catalog.position,
      texts: itemTexts,
    },
    lists: popularity.artifacts[0]!,
    modelVersionIds: {
      collaborative: collaborative.modelVersionId,
      content: content.modelVersionId,
      covisitation: covisitation.modelVersionId,
      graphWalk: graphWalk.modelVersionId,
      popularity: popularity.modelVersionId,
      ranker: ranker.modelVersionId,
    },
  });
  return { report, metrics, models, release };
}

interface Fitted {
  readonly sources: FittedSources;
  readonly snapshot: ItemSnapshot;
  readonly lists: ReturnType<typeof computeLists>;
  readonly columns: ItemColumns;
}

function popularOf(fitted: Fitted): Int32Array {
  return fitted.lists.columns.popular!;
}

function toItemColumns(a: StaticColumns, snapshot: ItemSnapshot, sources: FittedSources): ItemColumns {
  return {
    nItems: a.nItems,
    categoryIds: a.categoryIds,
    brandIds: a.brandIds,
    logPrice: a.logPrice,
    popularity: snapshot.popularity,
    trend: snapshot.trend,
    ageDays: snapshot.ageDays,
    itemFactors: sources.als.itemFactors,
    factors: sources.als.factors,
    contentVectors: a.content.vectors,
    contentDims: a.content.dimensions,
  };
}

function toEvaluation(
  entries: ReadonlyMap<EvaluatedName, Evaluation["subject"]>,
  name: EvaluatedName,
  times: { startMs: number; splitMs: number; endMs: number },
): Evaluation | null {
  const subject = entries.get(name);
  if (subject === undefined) return null;
  const baselines = (["popularity", "random"] as const)
    .filter((baseline) => baseline !== name)
    .flatMap((baseline) => entries.get(baseline) ?? []);
  return {
    protocol: "time split, all items the shopper had not interacted with are ranked",
    k: EVALUATION_K,
    trainFrom: new Date(times.startMs).toISOString(),
    splitAt: new Date(times.splitMs).toISOString(),
    testTo: new Date(times.endMs).toISOString(),
    subject,
    baselines,
  };
}

function describeEntry(entry: Evaluation["subject"]): string {
  const { recallAt20, ndcgAt20 } = entry.metrics;
  const show = (value: number | null | undefined) => (value == null ? "–" : value.toFixed(4));
  return `${entry.name}: recall@20 ${show(recallAt20)}, ndcg@20 ${show(ndcgAt20)} over ${entry.users} shoppers`;
}
