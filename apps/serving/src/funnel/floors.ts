import { selectTopK } from "@shortlist/ml";
import type { RuleRun } from "../rules/ruleRun";
import type { Reranked } from "./rerank";
import type { Scratch } from "./scratch";

/**
 * Brings matching candidates into the first `n` positions until every floor holds or none are left. They take the place
 * of the lowest items that no floor wants; those follow right behind. The higher priority goes first.
 */
export function holdFloors(
  picked: Reranked,
  o: { scratch: Scratch; count: number; n: number; rules: Pick<RuleRun, "floors" | "noteLifted"> },
): Reranked {
  const floors = o.rules.floors ?? [];
  const { scratch, count, n } = o;
  const itemOf = (slot: number) => scratch.items[slot]!;
  const isWanted = (slot: number) => floors.some(({ items }) => items.has(itemOf(slot)));
  const line = picked.slots.map((slot, i) => ({ slot, rank: picked.rankerPositions[i]! }));
  const room = Math.min(n, line.length);
  let { sorted } = picked;
  for (const { items, min, ref } of floors) {
    let held = 0;
    for (let i = 0; i < room; i++) if (items.has(itemOf(line[i]!.slot))) held++;
    if (held >= min) continue;
    if (sorted < count) sorted = selectTopK(scratch.scores, count, count, scratch.order);
    for (let rank = 0; rank < sorted && held < min; rank++) {
      const slot = scratch.order[rank]!;
      const at = line.findIndex((each) => each.slot === slot);
      if ((at >= 0 && at < room) || !items.has(itemOf(slot))) continue;
      let out = room - 1;
      while (out >= 0 && isWanted(line[out]!.slot)) out--;
      if (out < 0) break;
      if (at >= 0) line.splice(at, 1);
      const [displaced] = line.splice(out, 1, { slot, rank });
      line.splice(room, 0, displaced!);
      o.rules.noteLifted(ref, itemOf(slot));
      held++;
    }
  }
  return { slots: line.map(({ slot }) => slot), rankerPositions: line.map(({ rank }) => rank), sorted };
}
