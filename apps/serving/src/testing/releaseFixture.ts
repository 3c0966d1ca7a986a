import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type ArtifactRef,
  type CandidateSourceName,
  CONTENT_WEIGHTS_ARTIFACT,
  type ControlDocument,
  ITEM_INPUTS_ARTIFACT,
  type Release,
  type ReleaseSurface,
  SURFACES,
  type Surface,
} from "@shortlist/contracts";
import {
  type ContentWeights,
  createRandom,
  encodeColumnFile,
  encodeMlpOnnx,
  encodeTreesOnnx,
  fitContentEmbedding,
  type MlpLayer,
  type Random,
  type RegressionTree,
} from "@shortlist/ml";
import { type ArtifactStore, computeReleaseId } from "@shortlist/platform";
import hnswlib from "hnswlib-node";
import { openOnnxRanker } from "../adapters/onnxRanker";
import { shopRankFeatures } from "../adapters/shopRankFeatures";
import { createClusteredVectors, createClusterNeighbors } from "./fixtureVectors";

interface IndexShape {
  readonly m: number;
  readonly efConstruction: number;
}

const CONTENT_SHAPE: IndexShape = { m: 16, efConstruction: 128 };

export interface FixtureOptions {
  readonly workspace: string;
  readonly store: ArtifactStore;
  readonly nItems?: number;
  readonly dims?: number;
  readonly clusters?: number;
  readonly neighbors?: number;
  readonly number?: number;
  readonly seed?: number;
  readonly idPrefix?: string;
  /** Flags of an item; every tenth is ineligible in one of five ways unless given. */
  readonly flagsOf?: (item: number) => number;
  readonly hidden?: readonly [number, number];
  /** How much of the catalogue's stream is in the item table; nothing unless given. */
  readonly catalogPosition?: string;
  /** Shape of a collaborative index of its own; without, both sources share one that is quick to build. */
  readonly collaborativeShape?: IndexShape;
  /** A second ranker, a sum of trees, for these surfaces. */
  readonly trees?: { readonly count: number; readonly depth: number; readonly surfaces: readonly Surface[] };
  readonly note?: (text: string) => void;
  readonly surface?: Partial<ReleaseSurface>;
  /** Changes the ranker's bytes, for packages that must be refused. */
  readonly rankerBytes?: (bytes: Uint8Array) => Uint8Array;
  readonly goldenShift?: number;
  /** The ranker says that it learned with vectors of this space. */
  readonly rankerSpace?: string;
  /** Names in the ranker's manifest, in place of the replica's own. */
  readonly featureNames?: readonly string[];
  /** Inputs of the ranker behind the replica's own features. */
  readonly viewFeatures?: readonly { name: string; view: string; viewVersion: number; default: number }[];
  /** Columns of the ranker's item inputs. */
  readonly itemInputs?: Readonly<Record<string, Float32Array>>;
  readonly itemInputsTable?: string;
  /** Content vectors of made-up titles, with what embeds new ones, in place of the clusters' vectors. */
  readonly hasTexts?: boolean;
}

export interface ReleaseFixture {
  readonly release: Release;
  readonly wanted: NonNullable<ControlDocument["release"]>;
  readonly vectors: Float32Array;
  readonly clusterOf: Int32Array;
  readonly flags: Uint8Array;
  readonly itemId: (item: number) => string;
}

const INELIGIBLE = [0, 3, 5, 9, 15];
export const REGIONS = ["DE", "FR"] as const;

/** A whole synthetic release in an artifact store: clustered vectors, every source, a small ranker. */
export async function createReleaseFixture(options: FixtureOptions): Promise<ReleaseFixture> {
  const nItems = options.nItems ?? 2_000;
  const dims = options.dims ?? 16;
  const number = options.number ?? 1;
  const random = createRandom(options.seed ?? 7);
  const itemTableId = `table-${options.workspace}-${nItems}-${number}`;
  const put = async (name: string, bytes: Uint8Array): Promise<ArtifactRef> => ({
    name,
    sha256: await options.store.put(bytes),
    bytes: bytes.length,
  });
  const { vectors, clusterOf } = createClusteredVectors(random.fork("vectors"), {
    nItems,
    dims,
    clusters: options.clusters ?? 50,
    noise: 0.6,
  });
  const itemId = (item: number) => `${options.idPrefix ?? "item"}-${item}`;
  const table = createTable(random.fork("table"), { nItems, clusterOf, itemId, flagsOf: options.flagsOf });
  const itemTable = await put("items.slcf", encodeColumnFile(table.columns, { ...table.meta, itemTableId }));
  const size = { nItems, dims, ...(options.note === undefined ? {} : { note: options.note }) };
  const index = await put("index.hnsw", await buildIndex(vectors, { ...size, ...CONTENT_SHAPE }));
  const collaborativeIndex =
    options.collaborativeShape === undefined
      ? index
      : await put("index.hnsw", await buildIndex(vectors, { ...size, ...options.collaborativeShape }));
  const factors = await put(
    "factors.slcf",
    encodeColumnFile(
      { itemFactors: vectors },
      {
        itemTableId,
        factors: dims,
        embeddingSpaceId: SPACE_ID,
        covered: nItems,
        foldIn: { regularization: 0.003, unobservedWeight: 0.1, frequencyExponent: 1, priorWeight: 5 },
      },
    ),
  );
  const texts = options.hasTexts === true ? createTexts(table, { clusterOf, dims }) : null;
  const contentVectors = texts?.embedding.vectors ?? vectors;
  const content = await put(
    "vectors.slcf",
    encodeColumnFile({ contentVectors }, { itemTableId, dims, space: "ip" }),
  );
  const contentArtifacts =
    texts === null
      ? [content, index]
      : [
          content,
          await put("index.hnsw", await buildIndex(contentVectors, { ...size, ...CONTENT_SHAPE })),
          await put(CONTENT_WEIGHTS_ARTIFACT, encodeContentWeights(texts.embedding.weights)),
        ];
  const neighbors = await put(
    "neighbors.slcf",
    encodeColumnFile(createClusterNeighbors(random.fork("neighbors"), clusterOf, options.neighbors ?? 20), {
      itemTableId,
    }),
  );
  const walks = await put(
    "neighbors.slcf",
    encodeColumnFile(createClusterNeighbors(random.fork("walks"), clusterOf, options.neighbors ?? 20), {
      itemTableId,
    }),
  );
  const lists = await put("lists.slcf", createLists(table.columns.popularity, nItems, itemTableId));
  const ranker = await createRanker(random.fork("ranker"), options);
  const manifest = await put("manifest.json", new TextEncoder().encode(JSON.stringify(ranker.manifest)));
  const itemInputs =
    options.itemInputs === undefined
      ? []
      : [
          await put(
            ITEM_INPUTS_ARTIFACT,
            encodeColumnFile(options.itemInputs, { itemTableId: options.itemInputsTable ?? itemTableId }),
          ),
        ];
  const modelBytes = options.rankerBytes?.(ranker.bytes) ?? ranker.bytes;
  const model = await put("model.onnx", modelBytes);
  const trees = options.trees === undefined ? null : await createTrees(random.fork("trees"), options);

  const models = [
    { ref: `als@${number}`, kind: "collaborative", artifacts: [factors, collaborativeIndex] },
    { ref: `content@${number}`, kind: "content", artifacts: contentArtifacts },
    { ref: `covisitation@${number}`, kind: "covisitation", artifacts: [neighbors] },
    { ref: `graph_walk@${number}`, kind: "graph_walk", artifacts: [walks] },
    { ref: `ranker@${number}`, kind: "ranker", artifacts: [model, ...itemInputs] },
  ].map((m) => ({ ...m, modelVersionId: m.ref, manifest }));
  if (trees !== null) {
    const ref = `trees@${number}`;
    const text = new TextEncoder().encode(JSON.stringify(trees.manifest));
    models.push({
      ref,
      kind: "ranker",
      modelVersionId: ref,
      manifest: await put("manifest.json", text),
      artifacts: [await put("model.onnx", trees.bytes), ...itemInputs],
    });
  }
  const body: Omit<Release, "releaseId"> = {
    schemaVersion: 1,
    workspace: options.workspace,
    number,
    createdAt: "2026-11-20T00:00:00.000Z",
    createdBy: "fixture",
    note: "synthetic",
    itemTable: {
      id: itemTableId,
      nItems,
      artifact: itemTable,
      catalogPosition: options.catalogPosition ?? "0-0",
      texts: texts === null ? null : await put("texts.slcf", encodeTitles(texts.titles, itemTableId)),
    },
    lists,
    models,
    collaborative: `als@${number}`,
    content: `content@${number}`,
    covisitation: `covisitation@${number}`,
    graphWalk: `graph_walk@${number}`,
    surfaces: SURFACES.map((surface) => ({
      ...createSurface(
        surface,
        `${options.trees?.surfaces.includes(surface) ? "trees" : "ranker"}@${number}`,
      ),
      ...options.surface,
    })),
  };
  const release: Release = { ...body, releaseId: computeReleaseId({ ...body }) };
  const artifact = await put("release.json", new TextEncoder().encode(JSON.stringify(release)));
  return {
    release,
    wanted: { releaseId: release.releaseId, artifact },
    vectors,
    clusterOf,
    flags: table.columns.flags,
    itemId,
  };
}

export const SPACE_ID = "fixture-space";

function createSurface(surface: ReleaseSurface["surface"], ranker: string): ReleaseSurface {
  const quotas: Partial<Record<CandidateSourceName, number>> = {
    collaborative: 500,
    content: 300,
    covisitation: 200,
    graph_walk: 100,
    search: 100,
    trending: 100,
    new_arrivals: 50,
    editorial: 50,
    segment_popular: 50,
    popular: 100,
  };
  return {
    surface,
    tier: "home",
    mode: "live",
    budgetMs: 150,
    candidateLimit: 1_000,
    preRanker: null,
    sources: Object.entries(quotas).map(([name, quota]) => ({
      name: name as CandidateSourceName,
      enabled: true,
      quota,
      timeoutMs: 100,
    })),
    rankers: [{ model: ranker, sharePct: 100 }],
    rerank: {
      categoryCap: 5,
      brandCap: null,
      sellerCap: null,
      excludePurchased: true,
      excludeRecentlySeen: 10,
      diversity: 0,
      freshness: null,
      exploration: null,
    },
  };
}

function createTable(
  random: Random,
  o: {
    nItems: number;
    clusterOf: Int32Array;
    itemId: (item: number) => string;
    flagsOf: ((item: number) => number) | undefined;
  },
) {
  const { nItems } = o;
  const offsets = new Uint32Array(nItems + 1);
  const parts: string[] = [];
  let end = 0;
  for (let item = 0; item < nItems; item++) {
    parts.push(o.itemId(item));
    end += Buffer.byteLength(parts[item]!);
    offsets[item + 1] = end;
  }
  const fill = <T extends Float32Array | Int32Array | Uint8Array>(
    array: T,
    of: (item: number) => number,
  ): T => {
    for (let item = 0; item < nItems; item++) array[item] = of(item);
    return array;
  };
  const price = fill(new Float32Array(nItems), () =>
    random.next() < 0.05 ? Number.NaN : 1 + 200 * random.next(),
  );
  const columns = {
    itemIdBytes: Uint8Array.from(Buffer.from(parts.join(""))),
    itemIdOffsets: offsets,
    categoryIds: fill(new Int32Array(nItems), (item) => o.clusterOf[item]! % 40),
    brandIds: fill(new Int32Array(nItems), () => random.int(30)),
    price,
    logPrice: fill(new Float32Array(nItems), (item) => Math.log(price[item]!)),
    popularity: fill(new Float32Array(nItems), () => random.next() ** 3),
    trend: fill(new Float32Array(nItems), () => random.normal()),
    ageDays: fill(new Float32Array(nItems), () => 365 * random.next()),
    flags: fill(
      new Uint8Array(nItems),
      o.flagsOf ?? ((item) => (item % 10 === 3 ? INELIGIBLE[((item / 10) % 5) | 0]! : 1)),
    ),
  };
  const categories = Array.from({ length: 40 }, (_, c) => `Department ${c % 8} > Category ${c}`);
  const brands = Array.from({ length: 30 }, (_, b) => `Brand ${b}`);
  return { columns, meta: { categories, brands } };
}

const WORDS = ["lamp", "mug", "boot", "speaker", "tent", "puzzle", "scarf", "drill", "novel", "racket"];

/** Titles whose words say which cluster an item is of. */
export function titleOf(item: number, cluster: number): string {
  return `${WORDS[cluster % WORDS.length]} series ${cluster} number ${item}`;
}

function createTexts(
  { columns, meta }: ReturnType<typeof createTable>,
  { clusterOf, dims }: { clusterOf: Int32Array; dims: number },
) {
  const titles = Array.from(clusterOf, (cluster, item) => titleOf(item, cluster));
  const described = titles.map((title, item) => ({
    title,
    category: meta.categories[columns.categoryIds[item]!]!,
    brand: meta.brands[columns.brandIds[item]!]!,
    price: Number.isNaN(columns.price[item]!) ? null : columns.price[item]!,
  }));
  return { titles, embedding: fitContentEmbedding(described, { dimensions: dims, seed: 1 }) };
}

function encodeTitles(titles: readonly string[], itemTableId: string): Uint8Array {
  const parts = titles.map((title) => Buffer.from(title));
  const titleOffsets = new Uint32Array(parts.length + 1);
  for (const [i, part] of parts.entries()) titleOffsets[i + 1] = titleOffsets[i]! + part.length;
  return encodeColumnFile(
    { titleBytes: new Uint8Array(Buffer.concat(parts)), titleOffsets },
    { itemTableId },
  );
}

function encodeContentWeights({ tokens, counts, ...meta }: ContentWeights): Uint8Array {
  return encodeColumnFile({ tokens, counts }, { ...meta });
}

/** Items by popularity, ineligible ones among them: what a list holds is not what may be shown. */
function createLists(popularity: Float32Array, nItems: number, itemTableId: string): Uint8Array {
  const order = Int32Array.from({ length: nItems }, (_, i) => i).sort(
    (a, b) => popularity[b]! - popularity[a]!,
  );
  const columns: Record<string, Int32Array> = {
    popular: order.slice(0, 1_000),
    "trending:all": order.slice(500, 900),
  };
  REGIONS.forEach((region, r) => {
    columns[`trending:${region}`] = order.slice(100 * r + 20, 100 * r + 320);
    columns[`segment:${region}`] = order.slice(50 * r + 10, 50 * r + 410);
  });
  columns["segment:all/app"] = order.slice(300, 500);
  columns["segment:DE/app"] = order.slice(600, 700);
  return encodeColumnFile(columns, {
    itemTableId,
    segments: [...REGIONS, "all/app", "DE/app"],
    trendingRegions: [...REGIONS],
  });
}

async function buildIndex(
  vectors: Float32Array,
  o: IndexShape & { nItems: number; dims: number; note?: (text: string) => void },
): Promise<Buffer> {
  const { nItems, dims } = o;
  const index = new hnswlib.HierarchicalNSW("ip", dims);
  index.initIndex({ maxElements: nItems, m: o.m, efConstruction: o.efConstruction, randomSeed: 42 });
  for (let item = 0; item < nItems; item++) {
    index.addPoint(Array.from(vectors.subarray(item * dims, (item + 1) * dims)), item);
    if (item % 100_000 === 99_999) o.note?.(`  index with M = ${o.m}: ${item + 1} of ${nItems} items`);
  }
  const path = join(tmpdir(), `fixture-${process.pid}-${Date.now()}.hnsw`);
  index.writeIndexSync(path);
  const { readFile } = await import("node:fs/promises");
  try {
    return await readFile(path);
  } finally {
    await rm(path, { force: true });
  }
}

async function createRanker(random: Random, options: FixtureOptions) {
  const names = listFeatureNames(options);
  const [h1, h2] = options.hidden ?? [16, 8];
  const layer = (inDim: number, outDim: number): MlpLayer => ({
    weights: Float32Array.from({ length: inDim * outDim }, () => random.normal() / Math.sqrt(inDim)),
    bias: new Float32Array(outDim),
    inDim,
    outDim,
  });
  const bytes = encodeMlpOnnx([layer(names.length, h1), layer(h1, h2), layer(h2, 1)]);
  return describeRanker(random, { bytes, names, options });
}

function listFeatureNames(options: FixtureOptions): string[] {
  const viewFeatures = options.viewFeatures ?? [];
  return [...(options.featureNames ?? shopRankFeatures.names), ...viewFeatures.map(({ name }) => name)];
}

/** Full trees that ask random questions. */
async function createTrees(random: Random, options: FixtureOptions) {
  const names = listFeatureNames(options);
  const { count, depth } = options.trees!;
  const inner = 2 ** depth - 1;
  const n = 2 * inner + 1;
  const trees = Array.from({ length: count }, (): RegressionTree => {
    const normals = (scale: number) => Float32Array.from({ length: n }, () => scale * random.normal());
    return {
      feature: Int32Array.from({ length: n }, (_, node) => (node < inner ? random.int(names.length) : -1)),
      threshold: normals(1),
      left: Int32Array.from({ length: n }, (_, node) => 2 * node + 1),
      right: Int32Array.from({ length: n }, (_, node) => 2 * node + 2),
      value: normals(0.1),
    };
  });
  const bytes = encodeTreesOnnx(trees, { nFeatures: names.length, base: 0 });
  return describeRanker(random, { bytes, names, options });
}

/** The manifest of a ranker's bytes, with the scores they give. */
async function describeRanker(
  random: Random,
  { bytes, names, options }: { bytes: Uint8Array; names: readonly string[]; options: FixtureOptions },
) {
  const ranker = await openOnnxRanker(bytes, {
    ref: "fixture",
    input: "features",
    output: "score",
    width: names.length,
    inputs: null,
  });
  const inputs = Array.from({ length: 4 }, () => names.map(() => Math.fround(random.normal())));
  const scores = new Float32Array(inputs.length);
  await ranker.score(Float32Array.from(inputs.flat()), inputs.length, scores);
  const features = names.map((name) => ({
    view: "serving",
    viewVersion: 1,
    default: 0,
    ...options.viewFeatures?.find((feature) => feature.name === name),
    name,
    dtype: "float32" as const,
    min: null,
    max: null,
  }));
  return {
    bytes,
    manifest: {
      schemaVersion: 1,
      kind: "ranker",
      name: "ranker",
      features,
      input: "features",
      output: "score",
      embeddingSpaceId: options.rankerSpace ?? null,
      golden: { inputs, scores: Array.from(scores, (score) => score + (options.goldenShift ?? 0)) },
    },
  };
}
