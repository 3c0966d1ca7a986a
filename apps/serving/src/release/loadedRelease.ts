import type { CandidateSourceName, Release, ReleaseSurface } from "@shortlist/contracts";
import type { ContentItem, NeighborTable, RankFeatureFiller } from "@shortlist/ml";
import type { Marks } from "../funnel/marks";
import type { ContentVectors } from "../funnel/sources/content";
import type { CandidateSource } from "../ports/candidateSource";
import type { Ranker } from "../ports/ranker";
import type { VectorIndex } from "../ports/vectorIndex";
import type { CatalogDelta } from "./catalogDelta";
import type { ItemTable } from "./itemTable";
import type { FallbackLists } from "./lists";

/** A release in memory: everything a request reads. Fixed for the life of the process but for `catalog`. */
export interface LoadedRelease {
  readonly release: Release;
  readonly items: ItemTable;
  /** Takes in what the shop has changed since the release. */
  readonly catalog: CatalogDelta;
  /** Embeds texts as the content model did; null when the release has none that can. */
  readonly embedder: { embedOne(item: ContentItem): Float32Array } | null;
  readonly lists: FallbackLists;
  readonly surfaces: ReadonlyMap<string, ReleaseSurface>;
  readonly sources: ReadonlyMap<CandidateSourceName, CandidateSource>;
  /** Why a source is not there that could be. */
  readonly unavailable: ReadonlyMap<CandidateSourceName, string>;
  readonly rankers: ReadonlyMap<string, Ranker>;
  readonly filler: RankFeatureFiller;
  /** Borrowed by every request between awaits. */
  readonly marks: Marks;
  /** Features the replica fills itself. */
  readonly rankWidth: number;
  /** Inputs of the widest ranker, or `rankWidth` when that is more. */
  readonly rankWidthMax: number;
  /** Feature views of the shopper that any ranker reads, as `name@version`. */
  readonly shopperViewIds: readonly string[];
  /** Space of the stored user vectors; "" when the release has no collaborative model. */
  readonly embeddingSpaceId: string;
  readonly factors: number;
  readonly covisitationCapacity: number;
  readonly indexes: ReleaseIndexes;
}

/** The indexes themselves, for `GET /v1/items/:id/related` and for measuring. */
export interface ReleaseIndexes {
  readonly collaborative: VectorIndex | null;
  readonly itemFactors: Float32Array | null;
  readonly content: { readonly index: VectorIndex; readonly vectors: ContentVectors } | null;
  readonly neighbors: NeighborTable | null;
}
