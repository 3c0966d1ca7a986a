import { CANDIDATE_SOURCES, SHOPPER_RECENT_MAX } from "@shortlist/contracts";
import type { CandidateBuffer } from "../ports/candidateSource";

/** Position of each source in per-candidate arrays. */
export const SOURCE_COUNT = CANDIDATE_SOURCES.length;

export interface ScratchSizes {
  readonly candidateLimit: number;
  readonly quotaMax: number;
  readonly rankWidth: number;
  readonly rankWidthMax: number;
  /** Whether any ranker reads the replica's own features in another order. */
  readonly hasScatteredInputs: boolean;
  readonly factors: number;
  readonly covisitationCapacity: number;
}

/**
 * The arrays one request works in. Requests interleave at awaits, so each has its own; they are pooled, because at
 * a thousand candidates they come to half a megabyte.
 */
export interface Scratch {
  readonly recentItems: Int32Array;
  readonly userVector: Float32Array;
  readonly covisitation: { readonly items: Int32Array; readonly scores: Float32Array; count: number };
  /** One buffer per source; replaced when a late source may still write into it. */
  readonly buffers: CandidateBuffer[];
  readonly retrieved: Int32Array;
  /** Which sources gave anything, by position. */
  readonly given: Int32Array;
  readonly items: Int32Array;
  /** 1-based rank of each candidate in each source, 0 where the source did not name it. */
  readonly ranks: Uint16Array;
  readonly covisitationScores: Float32Array;
  /** Input rows of the ranker, as wide as it is. */
  readonly features: Float32Array;
  /** The replica's own features, for a ranker that reads them in another order; else empty. */
  readonly ownFeatures: Float32Array;
  readonly scores: Float32Array;
  readonly order: Int32Array;
}

export interface ScratchPool {
  acquire(): Scratch;
  release(scratch: Scratch): void;
  createBuffer(): CandidateBuffer;
}

/** More than this many at rest would hold memory for a burst that has passed. */
const POOL_MAX = 32;

export function createScratchPool(sizes: ScratchSizes): ScratchPool {
  const free: Scratch[] = [];
  const createBuffer = (): CandidateBuffer => ({
    items: new Int32Array(sizes.quotaMax),
    scores: new Float32Array(sizes.quotaMax),
  });
  const create = (): Scratch => ({
    recentItems: new Int32Array(SHOPPER_RECENT_MAX),
    userVector: new Float32Array(sizes.factors),
    covisitation: {
      items: new Int32Array(sizes.covisitationCapacity),
      scores: new Float32Array(sizes.covisitationCapacity),
      count: 0,
    },
    buffers: CANDIDATE_SOURCES.map(createBuffer),
    retrieved: new Int32Array(SOURCE_COUNT),
    given: new Int32Array(SOURCE_COUNT),
    items: new Int32Array(sizes.candidateLimit),
    ranks: new Uint16Array(sizes.candidateLimit * SOURCE_COUNT),
    covisitationScores: new Float32Array(sizes.candidateLimit),
    features: new Float32Array(sizes.candidateLimit * sizes.rankWidthMax),
    ownFeatures: new Float32Array(sizes.hasScatteredInputs ? sizes.candidateLimit * sizes.rankWidth : 0),
    scores: new Float32Array(sizes.candidateLimit),
    order: new Int32Array(sizes.candidateLimit),
  });
  return {
    createBuffer,
    acquire: () => free.pop() ?? create(),
    release(scratch) {
      if (free.length < POOL_MAX) free.push(scratch);
    },
  };
}
