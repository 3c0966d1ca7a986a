import {
  type ArtifactRef,
  type CandidateSourceName,
  CONTENT_WEIGHTS_ARTIFACT,
  type ControlDocument,
  ITEM_INPUTS_ARTIFACT,
  type LiveFeatureView,
  ModelManifest,
  Release,
} from "@shortlist/contracts";
import { createContentEmbedder, createFoldIn } from "@shortlist/ml";
import { computeReleaseId } from "@shortlist/platform";
import { createExactIndex, EXACT_ITEMS_MAX } from "../adapters/exactVectorIndex";
import { openHnswIndex, SEARCH_WIDTH_MIN } from "../adapters/hnswVectorIndex";
import { openOnnxRanker } from "../adapters/onnxRanker";
import { createSimdTable } from "../adapters/simdDot";
import { Marks } from "../funnel/marks";
import { createCollaborativeSource } from "../funnel/sources/collaborative";
import { createContentSource } from "../funnel/sources/content";
import { covisitationCapacity, createCovisitationSource } from "../funnel/sources/covisitation";
import { createEditorialSource } from "../funnel/sources/editorial";
import { createGraphWalkSource } from "../funnel/sources/graphWalk";
import {
  createPopularSource,
  createSegmentPopularSource,
  createTrendingSource,
} from "../funnel/sources/lists";
import { createNewArrivalsSource } from "../funnel/sources/newArrivals";
import type { CandidateSource } from "../ports/candidateSource";
import type { Ranker } from "../ports/ranker";
import type { RankFeatureSet } from "../ports/rankFeatures";
import type { ArtifactCache } from "./artifactCache";
import { createCatalogDelta } from "./catalogDelta";
import { readColumns, requireItemTable } from "./columns";
import { createDeltaIndex } from "./deltaIndex";
import { decodeItemTable, type ItemTable, isEligible } from "./itemTable";
import { decodeItemTexts, NO_TEXTS } from "./itemTexts";
import { decodeLists } from "./lists";
import type { LoadedRelease } from "./loadedRelease";
import { loadSearch } from "./loadSearch";
import { planRankerInputs } from "./rankerInputs";
import { ReleaseRefused } from "./releaseRefused";
import { verifyRanker } from "./verifyRanker";

export interface LoadOptions {
  readonly cache: ArtifactCache;
  readonly rankFeatures: RankFeatureSet;
  /** Views that the control document names as live. */
  readonly featureViews?: readonly LiveFeatureView[];
  /** Execution providers of the rankers, most wanted first; the CPU unless given. */
  readonly executionProviders?: readonly string[];
  /** Room for items that come while the release is served; by the size of the catalogue unless given. */
  readonly spareRows?: number;
}

/**
 * Loads and verifies the release a control document points to. Throws ReleaseRefused with the reason; nothing is
 * served from a release that does not check out entirely.
 */
export async function loadRelease(
  wanted: NonNullable<ControlDocument["release"]>,
  workspace: string,
  options: LoadOptions,
): Promise<LoadedRelease> {
  const release = parseRelease(await options.cache.load(wanted.artifact), wanted.releaseId, workspace);
  const { texts, artifact, id } = release.itemTable;
  const items = decodeItemTable(await options.cache.load(artifact), id, {
    texts: texts === null ? NO_TEXTS : decodeItemTexts(await options.cache.load(texts), id),
    ...(options.spareRows === undefined ? {} : { spareRows: options.spareRows }),
  });
  if (items.nItems !== release.itemTable.nItems)
    throw new ReleaseRefused(
      "shape_mismatch",
      `the item table holds ${items.nItems} items, the release says ${release.itemTable.nItems}`,
    );
  const lists = decodeLists(await options.cache.load(release.lists), items.id, items.nItems);
  const loader: ModelLoader = { release, items, cache: options.cache };
  const collaborative = await loadCollaborative(loader);
  const content = await loadContent(loader);
  const neighbors = await loadNeighbors(loader, release.covisitation);
  const walks = await loadNeighbors(loader, release.graphWalk);
  const rankers = await loadRankers(loader, {
    spaceId: collaborative?.embeddingSpaceId ?? null,
    own: options.rankFeatures.names,
    views: options.featureViews ?? [],
    providers: options.executionProviders,
  });
  const widths = [...rankers.values()].map(({ width }) => width);

  const search = loadSearch(release, items, content);
  const unavailable = new Map<CandidateSourceName, string>();
  if (search.reason !== null) unavailable.set("search", search.reason);
  const sources = new Map<CandidateSourceName, CandidateSource>();
  for (const source of [
    collaborative?.source,
    content === null ? undefined : createContentSource(content.index, content.vectors),
    neighbors === null ? undefined : createCovisitationSource(neighbors),
    walks === null ? undefined : createGraphWalkSource(walks),
    search.source,
    createNewArrivalsSource(items),
    createTrendingSource(lists),
    createEditorialSource(),
    createSegmentPopularSource(lists),
    createPopularSource(lists),
  ])
    if (source !== undefined) sources.set(source.name, source);

  const filler = options.rankFeatures.createFiller(
    {
      nItems: items.capacity,
      idBounds: {
        categories: items.vocabularies.categories.capacity,
        brands: items.vocabularies.brands.capacity,
      },
      categoryIds: items.categoryIds,
      brandIds: items.brandIds,
      logPrice: items.logPrice,
      popularity: items.popularity,
      trend: items.trend,
      ageDays: items.ageDays,
      itemFactors: collaborative?.itemFactors ?? new Float32Array(0),
      factors: collaborative?.factors ?? 0,
      contentVectors: content?.vectors.vectors ?? new Float32Array(0),
      contentDims: content?.vectors.dims ?? 0,
    },
    { factors: collaborative?.dots ?? null, content: content?.dots ?? null },
  );
  const marks = new Marks(items.capacity, (item) => !isEligible(items.flags[item]!));
  return {
    release,
    items,
    catalog: createCatalogDelta({ items, marks, filler, content: content?.delta ?? null }),
    embedder: content?.embedder ?? null,
    lists,
    surfaces: new Map(release.surfaces.map((surface) => [surface.surface, surface])),
    sources,
    unavailable,
    rankers,
    filler,
    marks,
    rankWidth: options.rankFeatures.names.length,
    rankWidthMax: Math.max(options.rankFeatures.names.length, ...widths),
    shopperViewIds: listShopperViews(rankers),
    embeddingSpaceId: collaborative?.embeddingSpaceId ?? "",
    factors: collaborative?.factors ?? 0,
    covisitationCapacity: neighbors === null ? 0 : covisitationCapacity(neighbors),
    indexes: {
      collaborative: collaborative?.index ?? null,
      itemFactors: collaborative?.itemFactors ?? null,
      content,
      neighbors,
    },
  };
}

type ReleaseModel = Release["models"][number];

interface ModelLoader {
  readonly release: Release;
  readonly items: ItemTable;
  readonly cache: ArtifactCache;
}

function parseRelease(bytes: Buffer, releaseId: string, workspace: string): Release {
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString("utf8"));
  } catch {
    throw new ReleaseRefused("release_invalid", "the release is not JSON");
  }
  const parsed = Release.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new ReleaseRefused("release_invalid", `${issue.path.join(".")}: ${issue.message}`);
  }
  const release = parsed.data;
  if (release.workspace !== workspace)
    throw new ReleaseRefused("release_invalid", `the release belongs to workspace ${release.workspace}`);
  if (release.releaseId !== releaseId || computeReleaseId(json as Record<string, unknown>) !== releaseId)
    throw new ReleaseRefused("release_invalid", "the release does not hash to its id");
  return release;
}

function findModel(release: Release, ref: string): ReleaseModel {
  const model = release.models.find((candidate) => candidate.ref === ref);
  if (model === undefined)
    throw new ReleaseRefused("model_missing", `the release names ${ref} but does not hold it`);
  return model;
}

function findArtifact(model: ReleaseModel, name: string): ArtifactRef {
  const artifact = model.artifacts.find((candidate) => candidate.name === name);
  if (artifact === undefined) throw new ReleaseRefused("model_missing", `${model.ref} lacks ${name}`);
  return artifact;
}

async function loadCollaborative({ release, items, cache }: ModelLoader) {
  if (release.collaborative === null) return null;
  const model = findModel(release, release.collaborative);
  const name = `${model.ref} factors.slcf`;
  const columns = readColumns(await cache.load(findArtifact(model, "factors.slcf")), name);
  requireItemTable(columns, items.id, name);
  const factors = Number(columns.meta.factors);
  const stored = columns.get("itemFactors", Float32Array, items.nItems * factors);
  const { dots, table: itemFactors } = toDotTable(stored, items.capacity, factors);
  // Opened for a small catalogue too: an index that does not check out refuses the release whatever its size.
  const graph = openHnswIndex(await cache.pathOf(findArtifact(model, "index.hnsw")), {
    space: "ip",
    dims: factors,
    nItems: items.nItems,
    name: `${model.ref} index.hnsw`,
    efMin: SEARCH_WIDTH_MIN.alsFactors,
  });
  const isSmall = graph.size <= EXACT_ITEMS_MAX;
  const index = dots !== null && isSmall ? createExactIndex(dots, factors, items.nItems) : graph;
  const foldIn = createFoldIn(
    itemFactors.subarray(0, items.nItems * factors),
    items.nItems,
    factors,
    columns.meta.foldIn as Parameters<typeof createFoldIn>[3],
  );
  const covered = Number(columns.meta.covered ?? items.nItems);
  return {
    source: createCollaborativeSource({ index, foldIn, covered }),
    index,
    dots,
    itemFactors,
    factors,
    embeddingSpaceId: String(columns.meta.embeddingSpaceId ?? ""),
  };
}

async function loadContent({ release, items, cache }: ModelLoader) {
  if (release.content === null) return null;
  const model = findModel(release, release.content);
  const name = `${model.ref} vectors.slcf`;
  const columns = readColumns(await cache.load(findArtifact(model, "vectors.slcf")), name);
  requireItemTable(columns, items.id, name);
  const dims = Number(columns.meta.dims);
  const stored = columns.get("contentVectors", Float32Array, items.nItems * dims);
  const { dots, table: vectors } = toDotTable(stored, items.capacity, dims);
  const base = openHnswIndex(await cache.pathOf(findArtifact(model, "index.hnsw")), {
    space: columns.meta.space === "ip" ? "ip" : "cosine",
    dims,
    nItems: items.nItems,
    name: `${model.ref} index.hnsw`,
    efMin: SEARCH_WIDTH_MIN.unitVectors,
  });
  const index = createDeltaIndex(base, { vectors, dims, dots }, items.capacity - items.nItems);
  const embedder = await loadEmbedder(model, cache, dims);
  const delta = embedder === null ? null : { vectors, dims, index, embedOne: embedder.embedOne };
  return { index, dots, vectors: { vectors, dims }, embedder, delta };
}

/** What embeds new items and texts as the model was fitted; null for a model of an older control plane. */
async function loadEmbedder(model: ReleaseModel, cache: ArtifactCache, dims: number) {
  const artifact = model.artifacts.find(({ name }) => name === CONTENT_WEIGHTS_ARTIFACT);
  if (artifact === undefined) return null;
  const name = `${model.ref} ${CONTENT_WEIGHTS_ARTIFACT}`;
  const columns = readColumns(await cache.load(artifact), name);
  const { dimensions, seed, nItems } = columns.meta;
  if (dimensions !== dims)
    throw new ReleaseRefused(
      "shape_mismatch",
      `${name} makes ${dimensions} dimensions, the vectors have ${dims}`,
    );
  const tokens = columns.get("tokens", Uint32Array);
  const counts = columns.get("counts", Uint32Array, tokens.length);
  return createContentEmbedder({
    dimensions: dims,
    seed: Number(seed),
    nItems: Number(nItems),
    tokens,
    counts,
  });
}

/**
 * Moves a table to where its products are fast, with zeros for the rows that have room to come; the artifact's own
 * bytes can then be collected.
 */
function toDotTable(stored: Float32Array, nRows: number, dims: number) {
  const dots = createSimdTable(nRows, dims);
  const table = dots?.table ?? new Float32Array(nRows * dims);
  table.set(stored);
  return { dots, table };
}

async function loadNeighbors({ release, items, cache }: ModelLoader, ref: string | null) {
  if (ref === null) return null;
  const model = findModel(release, ref);
  const name = `${model.ref} neighbors.slcf`;
  const columns = readColumns(await cache.load(findArtifact(model, "neighbors.slcf")), name);
  requireItemTable(columns, items.id, name);
  const offsets = columns.get("offsets", Int32Array, items.nItems + 1);
  const length = offsets[items.nItems]!;
  const neighbors = columns.get("items", Int32Array, length);
  for (let i = 0; i < length; i++)
    if (neighbors[i]! < 0 || neighbors[i]! >= items.nItems)
      throw new ReleaseRefused("corrupt_artifact", `${name} names item ${neighbors[i]} of ${items.nItems}`);
  return {
    nItems: items.nItems,
    // Items that come later have no neighbours.
    offsets: extendOffsets(offsets, items.capacity),
    items: neighbors,
    scores: columns.get("scores", Float32Array, length),
  };
}

function extendOffsets(stored: Int32Array, capacity: number): Int32Array {
  const offsets = new Int32Array(capacity + 1).fill(stored[stored.length - 1]!);
  offsets.set(stored);
  return offsets;
}

/** Views of the shopper that any ranker reads, so that a request asks for no other. */
function listShopperViews(rankers: ReadonlyMap<string, Ranker>): string[] {
  const inputs = [...rankers.values()].flatMap((ranker) => ranker.inputs?.shopper ?? []);
  return [...new Set(inputs.map(({ viewId }) => viewId))];
}

async function loadRankers(
  loader: ModelLoader,
  {
    spaceId,
    own,
    views,
    providers,
  }: {
    spaceId: string | null;
    own: readonly string[];
    views: readonly LiveFeatureView[];
    providers: readonly string[] | undefined;
  },
): Promise<Map<string, Ranker>> {
  const rankers = new Map<string, Ranker>();
  const wanted = loader.release.surfaces.flatMap(({ rankers: arms, preRanker }) => [
    ...arms.map((arm) => arm.model),
    ...(preRanker === null || preRanker.model === null ? [] : [preRanker.model]),
  ]);
  for (const ref of new Set(wanted)) {
    const model = findModel(loader.release, ref);
    const manifest = ModelManifest.safeParse(
      JSON.parse((await loader.cache.load(model.manifest)).toString("utf8")),
    );
    if (!manifest.success)
      throw new ReleaseRefused("release_invalid", `${ref} manifest: ${manifest.error.issues[0]!.message}`);
    const { features, embeddingSpaceId } = manifest.data;
    if (embeddingSpaceId !== null && embeddingSpaceId !== spaceId)
      throw new ReleaseRefused(
        "feature_mismatch",
        `${ref} was trained with vectors of the space ${embeddingSpaceId}, this release's are of ${spaceId ?? "none"}`,
      );
    const itemInputs = model.artifacts.find(({ name }) => name === ITEM_INPUTS_ARTIFACT);
    const inputs = planRankerInputs(ref, features, {
      own,
      views,
      itemTable: loader.items,
      itemInputs:
        itemInputs === undefined
          ? null
          : readColumns(await loader.cache.load(itemInputs), `${ref} ${ITEM_INPUTS_ARTIFACT}`),
    });
    const ranker = await openOnnxRanker(await loader.cache.load(findArtifact(model, "model.onnx")), {
      ref,
      input: manifest.data.input ?? "features",
      output: manifest.data.output ?? "score",
      width: features.length,
      layout:
        manifest.data.outputColumns === undefined
          ? undefined
          : { columns: manifest.data.outputColumns, scoreColumn: manifest.data.scoreColumn ?? 0 },
      inputs,
      providers,
    });
    await verifyRanker(ranker, manifest.data);
    rankers.set(ref, ranker);
  }
  return rankers;
}
