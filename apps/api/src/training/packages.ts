import {
  CONTENT_WEIGHTS_ARTIFACT,
  ITEM_INPUTS_ARTIFACT,
  type ModelManifest,
  RANK_FEATURE_VIEW,
  type TrainingConfig,
} from "@shortlist/contracts";
import {
  type ContentWeights,
  encodeColumnFile,
  encodeLogisticOnnx,
  type LogisticModel,
  type NeighborTable,
  RANK_FEATURES,
  scoreLogistic,
} from "@shortlist/ml";
import { canonicalJson, sha256Hex } from "@shortlist/platform";
import type { FittedSources } from "./fitSources";
import { foldInOptions } from "./fitSources";
import type { CatalogRow, ItemSnapshot, StaticColumns } from "./itemSnapshot";
import type { Lists } from "./lists";
import type { BuiltIndex } from "./vectorIndex";
import { nameInput, toFeatureSpecs, type ViewInputs } from "./viewInputs";

/** A model ready to be registered: what it says of itself and its files. */
export interface ModelPackage {
  readonly modelName: string;
  readonly description: string;
  readonly manifest: ModelManifest;
  readonly artifacts: readonly { readonly name: string; readonly bytes: Uint8Array }[];
}

/** What all packages of one run have in common. */
export interface PackageContext {
  readonly itemTableId: string;
  readonly config: TrainingConfig;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly dataHash: string;
}

const IN_STOCK = 1;
const RESTRICTED = 2;

/** Static item columns from catalogue rows; unknown category, brand and price stay unknown. */
export function encodeAttributes(rows: readonly CatalogRow[]): Omit<StaticColumns, "content"> {
  const categories = createVocabulary();
  const brands = createVocabulary();
  const sellers = createVocabulary();
  return {
    nItems: rows.length,
    categoryIds: Int32Array.from(rows, (row) => categories.indexOf(row.category)),
    brandIds: Int32Array.from(rows, (row) => brands.indexOf(row.brand)),
    sellerIds: Int32Array.from(rows, (row) => sellers.indexOf(row.seller)),
    price: Float64Array.from(rows, (row) => row.price ?? Number.NaN),
    logPrice: Float32Array.from(rows, (row) =>
      row.price === null || row.price <= 0 ? Number.NaN : Math.log(row.price),
    ),
    flags: Uint8Array.from(rows, (row) => (row.inStock ? IN_STOCK : 0) | (row.restricted ? RESTRICTED : 0)),
    categories: categories.names,
    brands: brands.names,
    sellers: sellers.names,
  };
}

function createVocabulary() {
  const names: string[] = [];
  const index = new Map<string, number>();
  return {
    names,
    indexOf(name: string): number {
      if (name === "") return -1;
      let at = index.get(name);
      if (at === undefined) {
        at = names.length;
        index.set(name, at);
        names.push(name);
      }
      return at;
    },
  };
}

/** Names the order and content of an item table: two tables with the same id are interchangeable. */
export function computeItemTableId(rows: readonly CatalogRow[], atMs: number): string {
  return sha256Hex(JSON.stringify([atMs, rows.map((row) => row.itemId)])).slice(0, 32);
}

export function encodeItemTable(
  rows: readonly CatalogRow[],
  attributes: StaticColumns,
  snapshot: ItemSnapshot,
  itemTableId: string,
): Uint8Array {
  const ids = encodeStrings(rows.map((row) => row.itemId));
  return encodeColumnFile(
    {
      itemIdBytes: ids.bytes,
      itemIdOffsets: ids.offsets,
      categoryIds: attributes.categoryIds,
      brandIds: attributes.brandIds,
      sellerIds: attributes.sellerIds,
      price: attributes.price,
      logPrice: attributes.logPrice,
      popularity: snapshot.popularity,
      trend: snapshot.trend,
      ageDays: snapshot.ageDays,
      flags: attributes.flags,
    },
    {
      itemTableId,
      categories: attributes.categories,
      brands: attributes.brands,
      sellers: attributes.sellers,
    },
  );
}

/** Titles in the order of the item table, apart from it because a replica decodes them one by one. */
export function encodeItemTexts(rows: readonly CatalogRow[], itemTableId: string): Uint8Array {
  const { bytes, offsets } = encodeStrings(rows.map((row) => row.title));
  return encodeColumnFile({ titleBytes: bytes, titleOffsets: offsets }, { itemTableId });
}

/** UTF-8 end to end; string i lies from offset i to offset i + 1. */
function encodeStrings(texts: readonly string[]): { bytes: Uint8Array; offsets: Uint32Array } {
  const parts = texts.map((text) => Buffer.from(text));
  const offsets = new Uint32Array(parts.length + 1);
  for (const [i, part] of parts.entries()) offsets[i + 1] = offsets[i]! + part.length;
  return { bytes: new Uint8Array(Buffer.concat(parts)), offsets };
}

export function packageCollaborative(
  sources: FittedSources,
  index: BuiltIndex,
  embeddingSpaceId: string,
  c: PackageContext,
): ModelPackage {
  const { als } = sources;
  return {
    modelName: "als",
    description: "Shopper and item vectors by implicit ALS, with an HNSW index over the items",
    manifest: {
      ...baseManifest("collaborative", "als", c),
      embeddingSpaceId,
      dimensions: als.factors,
      parameters: {
        factors: als.factors,
        iterations: als.options.iterations,
        regularization: als.options.regularization,
        unobservedWeight: als.options.unobservedWeight,
        frequencyExponent: als.options.frequencyExponent,
        indexedItems: index.nVectors,
        ...(index.recallAt400 === null ? {} : { indexRecallAt400: index.recallAt400 }),
      },
    },
    artifacts: [
      {
        name: "factors.slcf",
        bytes: encodeColumnFile(
          { itemFactors: als.itemFactors },
          {
            itemTableId: c.itemTableId,
            factors: als.factors,
            embeddingSpaceId,
            covered: als.nItems,
            foldIn: foldInOptions(c.config),
          },
        ),
      },
      { name: "index.hnsw", bytes: index.bytes },
    ],
  };
}

export function packageContent(
  attributes: StaticColumns,
  index: BuiltIndex,
  c: PackageContext,
): ModelPackage {
  const dims = attributes.content.dimensions;
  return {
    modelName: "content",
    description: "Item vectors from title, category, brand and price, with an HNSW index",
    manifest: {
      ...baseManifest("content", "content", c),
      embeddingSpaceId: `content-${c.itemTableId}-${c.config.seed}`,
      dimensions: dims,
      parameters: {
        dimensions: dims,
        indexedItems: index.nVectors,
        ...(index.recallAt400 === null ? {} : { indexRecallAt400: index.recallAt400 }),
      },
    },
    artifacts: [
      {
        name: "vectors.slcf",
        bytes: encodeColumnFile(
          { contentVectors: attributes.content.vectors },
          { itemTableId: c.itemTableId, dims, space: "ip" },
        ),
      },
      { name: CONTENT_WEIGHTS_ARTIFACT, bytes: encodeContentWeights(attributes.content.weights) },
      { name: "index.hnsw", bytes: index.bytes },
    ],
  };
}

function encodeContentWeights({ tokens, counts, ...fit }: ContentWeights): Uint8Array {
  return encodeColumnFile({ tokens, counts }, { ...fit });
}

export function packageCovisitation(table: NeighborTable, c: PackageContext): ModelPackage {
  return {
    modelName: "covisitation",
    description: "Items seen in the same visit",
    manifest: {
      ...baseManifest("covisitation", "covisitation", c),
      parameters: { neighbors: c.config.neighbors, pairs: table.items.length },
    },
    artifacts: [{ name: "neighbors.slcf", bytes: encodeNeighbors(table, c.itemTableId) }],
  };
}

export function packageGraphWalk(table: NeighborTable, c: PackageContext): ModelPackage {
  return {
    modelName: "graph_walk",
    description: "Items a random walk over the visits reaches from an item",
    manifest: {
      ...baseManifest("graph_walk", "graph_walk", c),
      parameters: { neighbors: c.config.neighbors, pairs: table.items.length },
    },
    artifacts: [{ name: "neighbors.slcf", bytes: encodeNeighbors(table, c.itemTableId) }],
  };
}

function encodeNeighbors({ offsets, items, scores }: NeighborTable, itemTableId: string): Uint8Array {
  return encodeColumnFile({ offsets, items, scores }, { itemTableId });
}

export function packagePopularity(lists: Lists, c: PackageContext): ModelPackage {
  return {
    modelName: "popularity",
    description: "Popular, trending and regional lists: two sources and the last rungs of the ladder",
    manifest: {
      ...baseManifest("popularity", "popularity", c),
      parameters: { regions: lists.segments.length },
    },
    artifacts: [
      {
        name: "lists.slcf",
        bytes: encodeColumnFile(lists.columns, {
          itemTableId: c.itemTableId,
          segments: lists.segments,
          trendingRegions: lists.trendingRegions,
        }),
      },
    ],
  };
}

export function packageRanker(
  model: LogisticModel,
  sample: Float32Array,
  { training, views }: { training: { rows: number; positives: number }; views: ViewInputs },
  c: PackageContext,
): ModelPackage {
  const width = model.nFeatures;
  const nGolden = Math.floor(sample.length / width);
  const names = [...RANK_FEATURES.map(({ name }) => name as string), ...views.inputs.map(nameInput)];
  const scores = new Float32Array(nGolden);
  scoreLogistic(model, sample, nGolden, scores);
  const inputs = Array.from({ length: nGolden }, (_, row) =>
    Array.from(sample.subarray(row * width, (row + 1) * width)),
  );
  return {
    modelName: "ranker",
    description: "Logistic regression over the rank features: probability that the shopper takes up the item",
    manifest: {
      ...baseManifest("ranker", "ranker", c),
      features: [
        ...RANK_FEATURES.map((feature) => ({
          name: feature.name,
          view: RANK_FEATURE_VIEW,
          viewVersion: 1,
          dtype: "float32" as const,
          default: feature.default,
          min: feature.min,
          max: feature.max,
        })),
        ...toFeatureSpecs(views),
      ],
      input: "features",
      output: "score",
      outputMeaning: "probability that the shopper interacts with the item in the label window",
      golden: { inputs, scores: Array.from(scores) },
      linear: { weights: Array.from(model.weights), bias: model.bias, means: Array.from(model.mean) },
      parameters: {
        l2: 1,
        trainingRows: training.rows,
        positives: training.positives,
        trainLogLoss: model.trainLogLoss,
        converged: model.converged,
      },
    },
    artifacts: [
      { name: "model.onnx", bytes: encodeLogisticOnnx(model, names) },
      ...(views.columns.length === 0
        ? []
        : [{ name: ITEM_INPUTS_ARTIFACT, bytes: encodeItemInputs(views, c.itemTableId) }]),
    ],
  };
}

/** Values of the item views for every row of the item table: what a replica gathers from. */
function encodeItemInputs(views: ViewInputs, itemTableId: string): Uint8Array {
  const columns = Object.fromEntries(views.inputs.map((input, i) => [nameInput(input), views.columns[i]!]));
  return encodeColumnFile(columns, { itemTableId });
}

function baseManifest(kind: ModelManifest["kind"], name: string, c: PackageContext): ModelManifest {
  return {
    schemaVersion: 1,
    kind,
    name,
    features: [],
    input: null,
    output: null,
    outputMeaning: null,
    golden: null,
    linear: null,
    embeddingSpaceId: null,
    dimensions: null,
    itemTableId: c.itemTableId,
    trainingWindow: c.window,
    trainingDataHash: c.dataHash,
    parameters: {},
  };
}

/** Identifies the training data: what was read and how it was split. */
export function computeDataHash(parts: Record<string, unknown>): string {
  return sha256Hex(canonicalJson(parts));
}
