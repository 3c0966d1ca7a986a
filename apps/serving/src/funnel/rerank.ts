import { selectTopK } from "@shortlist/ml";
import type { CapCounter } from "../rules/ruleRun";
import type { Scratch } from "./scratch";

export interface RerankOptions {
  readonly scratch: Scratch;
  readonly count: number;
  readonly n: number;
  readonly categoryIds: Int32Array;
  readonly categoryCap: number;
  /** Makes a counter of what rules cap; null when none does. */
  readonly createCaps?: () => CapCounter | null;
}

/** Candidates looked at per slot before the whole table is sorted; a cap of 3 of 20 rarely needs more. */
const DEPTH_PER_SLOT = 6;

/**
 * Picks the slate in score order with at most `categoryCap` items of a leaf category, then fills slots the cap left
 * open ignoring it. Leaves `scratch.order` in ranker order. @returns candidate slots in slate order, and for each
 * its 0-based rank by score alone
 */
export function rerank(o: RerankOptions): { slots: number[]; rankerPositions: number[] } {
  const { scratch, count, n } = o;
  const slots: number[] = [];
  const positions: number[] = [];
  const depth = Math.min(count, n * DEPTH_PER_SLOT);
  let sorted = selectTopK(scratch.scores, count, depth, scratch.order);
  fillCapped(o, sorted, slots, positions);
  if (slots.length < n && sorted < count) {
    sorted = selectTopK(scratch.scores, count, count, scratch.order);
    slots.length = 0;
    positions.length = 0;
    fillCapped(o, sorted, slots, positions);
  }
  if (slots.length < Math.min(n, sorted)) {
    const taken = new Set(slots);
    const caps = o.createCaps?.() ?? null;
    for (const slot of slots) caps?.take(scratch.items[slot]!);
    for (let r = 0; r < sorted && slots.length < n; r++) {
      const slot = scratch.order[r]!;
      const item = scratch.items[slot]!;
      if (taken.has(slot) || caps?.admits(item) === false) continue;
      caps?.take(item);
      slots.push(slot);
      positions.push(r);
    }
  }
  return { slots, rankerPositions: positions };
}

function fillCapped(o: RerankOptions, sorted: number, slots: number[], positions: number[]): void {
  const perCategory = new Map<number, number>();
  const caps = o.createCaps?.() ?? null;
  for (let r = 0; r < sorted && slots.length < o.n; r++) {
    const slot = o.scratch.order[r]!;
    const item = o.scratch.items[slot]!;
    const category = o.categoryIds[item]!;
    const held = perCategory.get(category) ?? 0;
    if (held >= o.categoryCap || caps?.admits(item) === false) continue;
    caps?.take(item);
    perCategory.set(category, held + 1);
    slots.push(slot);
    positions.push(r);
  }
}
