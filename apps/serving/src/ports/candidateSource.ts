import type { CandidateSourceName } from "@shortlist/contracts";

/** Rows and scores of one source, best first; `items` holds no repeats. Buffers belong to the request. */
export interface CandidateBuffer {
  readonly items: Int32Array;
  readonly scores: Float32Array;
}

/** What the sources know of a request. `recentItems` are rows, most recent first: page, session, history. */
export interface SourceQuery {
  readonly recentItems: Int32Array;
  readonly recentCount: number;
  /** The first so many of `recentItems` belong to the running session. */
  readonly sessionCount: number;
  /** Vector of the last training run in the release's embedding space; null when unknown. */
  readonly storedVector: Float32Array | null;
  /** Row of the product the page shows, or −1. */
  readonly contextItem: number;
  readonly region: string | undefined;
  readonly device: string | undefined;
  /** What was typed, in its normal form. */
  readonly queryText: string | undefined;
  /** Rows of the editorial lists in force, by priority; null when there is none. */
  readonly suggested: readonly Int32Array[] | null;
  /** Written by the collaborative source: the shopper's vector of this moment. */
  readonly userVector: Float32Array;
  /** Written by the co-visitation source for the ranker: every neighbour it met and its strength. */
  readonly covisitation: { readonly items: Int32Array; readonly scores: Float32Array; count: number };
}

/**
 * One way of finding candidates. Returns how many it wrote (≤ quota). The in-process sources answer at once; one
 * that has to wait returns a promise and is left out when it misses its deadline.
 */
export interface CandidateSource {
  readonly name: CandidateSourceName;
  /** True when it needs shopper state, so it cannot run while that is still being read. */
  readonly needsShopper: boolean;
  retrieve(query: SourceQuery, quota: number, out: CandidateBuffer): number | Promise<number>;
}
