import type { RerankPolicy } from "@shortlist/contracts";
import { selectTopK } from "@shortlist/ml";
import type { LoadedRelease } from "../release/loadedRelease";
import type { CapCounter } from "../rules/ruleRun";
import { createAttributeCaps } from "./attributeCaps";
import { pickDiverse } from "./diversify";
import type { Scratch } from "./scratch";

export interface RerankOptions {
  readonly scratch: Scratch;
  readonly count: number;
  readonly n: number;
  readonly policy: RerankPolicy;
  /** Makes a counter of what rules cap; null when none does. */
  readonly createCaps?: () => CapCounter | null;
}

/** Candidate slots in slate order, and for each its 0-based rank by score alone. */
export interface Reranked {
  readonly slots: number[];
  readonly rankerPositions: number[];
  /** So many of `scratch.order` are in order of score. */
  readonly sorted: number;
}

/** Candidates looked at per slot before the whole table is sorted; a cap of 3 of 20 rarely needs more. */
const DEPTH_PER_SLOT = 6;

type Shelves = Pick<LoadedRelease, "items" | "indexes">;

/**
 * Picks the slate in order of score, or of marginal relevance, within the policy's caps and those of rules; then fills
 * slots the caps left open ignoring the policy's. Without content vectors there is no telling items apart, and the order
 * is that of the scores. Leaves `scratch.order` in ranker order.
 */
export function rerank({ items, indexes }: Shelves, o: RerankOptions): Reranked {
  const { scratch, count, n, policy } = o;
  const picked: Reranked & { sorted: number } = { slots: [], rankerPositions: [], sorted: 0 };
  const own = createAttributeCaps(policy, items);
  const ofRules = o.createCaps?.() ?? null;
  const admits = (item: number) => own.admits(item) && ofRules?.admits(item) !== false;
  const take = (item: number) => {
    own.take(item);
    ofRules?.take(item);
  };
  const depth = Math.min(count, n * DEPTH_PER_SLOT);
  picked.sorted = selectTopK(scratch.scores, count, depth, scratch.order);
  if (policy.diversity > 0 && indexes.content !== null) {
    const pool = gatherPool(scratch, picked.sorted);
    const { vectors } = indexes.content;
    for (const rank of pickDiverse(pool, vectors, { lambda: policy.diversity, n, admits, take }))
      push(picked, scratch, rank);
  } else takeInOrder(picked, { scratch, n, admits, take });
  if (picked.slots.length < n && picked.sorted < count) {
    picked.sorted = selectTopK(scratch.scores, count, count, scratch.order);
    takeInOrder(picked, { scratch, n, admits, take });
  }
  if (picked.slots.length < Math.min(n, picked.sorted))
    takeInOrder(picked, { scratch, n, admits: (item) => ofRules?.admits(item) !== false, take });
  return picked;
}

function takeInOrder(
  picked: Reranked,
  o: { scratch: Scratch; n: number; admits: (item: number) => boolean; take: (item: number) => void },
): void {
  const taken = picked.slots.length === 0 ? null : new Set(picked.slots);
  for (let rank = 0; rank < picked.sorted && picked.slots.length < o.n; rank++) {
    const slot = o.scratch.order[rank]!;
    const item = o.scratch.items[slot]!;
    if (taken?.has(slot) === true || !o.admits(item)) continue;
    o.take(item);
    push(picked, o.scratch, rank);
  }
}

function push(picked: Reranked, scratch: Scratch, rank: number): void {
  picked.slots.push(scratch.order[rank]!);
  picked.rankerPositions.push(rank);
}

function gatherPool(scratch: Scratch, count: number) {
  const items = new Int32Array(count);
  const scores = new Float32Array(count);
  for (let rank = 0; rank < count; rank++) {
    items[rank] = scratch.items[scratch.order[rank]!]!;
    scores[rank] = scratch.scores[scratch.order[rank]!]!;
  }
  return { items, scores, count };
}
