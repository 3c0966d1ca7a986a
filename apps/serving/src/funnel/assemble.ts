import { type ItemTable, isEligible } from "../release/itemTable";
import type { Marks } from "./marks";
import {
  DROP_REASONS,
  type Exclusions,
  type FilterScreen,
  markExclusions,
  SLOT_BASE,
  screenFlags,
} from "./screen";

/** One position of a slate on its way out. `slot` is the candidate it came from, −1 for list items. */
export interface SlateEntry {
  readonly item: number;
  readonly score: number;
  readonly slot: number;
  readonly rankerPosition: number | null;
  /** `ranked`, or the rung whose list gave it. */
  readonly origin: SlateOrigin;
}
export type SlateOrigin = "ranked" | "recent_slate" | "segment_list" | "global_popular" | "catalogue_scan";

export interface FallbackList {
  readonly origin: Exclude<SlateOrigin, "ranked" | "catalogue_scan">;
  readonly items: Int32Array;
}

export interface AssembleOptions {
  readonly items: ItemTable;
  readonly marks: Marks;
  readonly exclusions: Exclusions;
  readonly filter: FilterScreen | null;
  readonly n: number;
  /** Best first; may be shorter than n, even empty. */
  readonly ranked: readonly SlateEntry[];
  /** The lower rungs, highest first. */
  readonly fallbacks: readonly FallbackList[];
}

export interface Assembled {
  readonly entries: readonly SlateEntry[];
  readonly gateRemoved: Record<string, number>;
  readonly gateViolations: number;
}

/**
 * The last gate and the top-up. Whatever list an item comes from, it is checked here once more against the item
 * table's flags and the shopper's blocks; what the gate takes out is made up for from the lower rungs.
 * Empty only when no eligible item of the catalogue passes the request's filters and blocks.
 */
export function assembleSlate(o: AssembleOptions): Assembled {
  const { marks, items, n } = o;
  marks.begin();
  markExclusions(marks, o.exclusions);
  const gateRemoved: Record<string, number> = {};
  const entries: SlateEntry[] = [];

  for (const entry of o.ranked) {
    if (entries.length === n) break;
    const reason = gateReason(entry.item, o);
    if (reason === null) {
      marks.set(entry.item, SLOT_BASE);
      entries.push(entry);
    } else gateRemoved[reason] = (gateRemoved[reason] ?? 0) + 1;
  }
  for (const list of o.fallbacks) {
    for (let i = 0; i < list.items.length && entries.length < n; i++) {
      const item = list.items[i]!;
      if (!passes(item, o)) continue;
      marks.set(item, SLOT_BASE);
      entries.push({ item, score: 1 / (i + 1), slot: -1, rankerPosition: null, origin: list.origin });
    }
    if (entries.length >= n) break;
  }
  if (entries.length === 0) scanCatalogue(o, entries);

  let gateViolations = 0;
  for (const entry of entries) if (!isEligible(items.flags[entry.item]!)) gateViolations++;
  return { entries, gateRemoved, gateViolations };
}

/** Why the gate keeps a ranked item out, or null. Seen and filtered items were dealt with before scoring. */
function gateReason(item: number, o: AssembleOptions): string | null {
  const byFlags = screenFlags(o.items.flags[item]!);
  if (byFlags >= 0) return DROP_REASONS[byFlags]!;
  const mark = o.marks.get(item);
  if (mark >= SLOT_BASE) return "duplicate";
  return mark >= 0 ? DROP_REASONS[mark]! : null;
}

function passes(item: number, o: AssembleOptions): boolean {
  if (item < 0 || item >= o.items.nItems || o.marks.get(item) >= 0) return false;
  return isEligible(o.items.flags[item]!) && (o.filter === null || o.filter(item) < 0);
}

/**
 * The most popular items of the whole catalogue that pass: for filters so narrow that no precomputed list meets
 * them. About 2 ms at a million items, and only when there is nothing else.
 */
function scanCatalogue(o: AssembleOptions, entries: SlateEntry[]): void {
  const best: number[] = [];
  const { popularity } = o.items;
  for (let item = 0; item < o.items.nItems; item++) {
    if (!passes(item, o)) continue;
    const last = best.length < o.n ? -1 : best[best.length - 1]!;
    if (last >= 0 && popularity[item]! <= popularity[last]!) continue;
    let at = best.length;
    while (at > 0 && popularity[best[at - 1]!]! < popularity[item]!) at--;
    best.splice(at, 0, item);
    if (best.length > o.n) best.pop();
  }
  best.forEach((item, i) => {
    entries.push({ item, score: 1 / (i + 1), slot: -1, rankerPosition: null, origin: "catalogue_scan" });
  });
}
