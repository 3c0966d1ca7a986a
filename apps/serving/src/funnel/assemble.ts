import { type ItemTable, isEligible } from "../release/itemTable";
import type { RuleRun } from "../rules/ruleRun";
import type { Marks } from "./marks";
import {
  DROP_CODES,
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
  /** Probability with which it was drawn to stand here; 1, and absent for what no draw decided. */
  readonly propensity?: number;
  readonly isSponsored?: boolean;
  /** Where it stood in the shopper's precomputed list, when it came from there: 1-based rank and score. */
  readonly listed?: { readonly rank: number; readonly score: number };
}

/** An entry and the position it is to take. */
export interface PlacedEntry {
  readonly entry: SlateEntry;
  readonly position: number;
}
export type SlateOrigin =
  | "ranked"
  | "pinned"
  | "recent_slate"
  | "precomputed_list"
  | "segment_list"
  | "global_popular"
  | "catalogue_scan";

export interface FallbackList {
  readonly origin: Exclude<SlateOrigin, "ranked" | "pinned" | "catalogue_scan">;
  readonly items: Int32Array;
}

export interface AssembleOptions {
  readonly items: ItemTable;
  readonly marks: Marks;
  readonly exclusions: Exclusions;
  /** The request's own filters and what rules keep out: what a fallback's item has to pass. */
  readonly filter: FilterScreen | null;
  readonly rules?: RuleRun | null;
  readonly n: number;
  /** Best first; may be shorter than n, even empty. */
  readonly ranked: readonly SlateEntry[];
  /** Candidates that rules have sold a position to; none of them is in `ranked`. */
  readonly sponsored?: readonly PlacedEntry[];
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
 * table's flags, the rules that hide and the shopper's blocks; what the gate takes out is made up for from the lower
 * rungs. Pinned items take their positions, the rest flows around them. Empty only when no eligible item of the
 * catalogue passes the request's filters, rules and blocks.
 */
export function assembleSlate(o: AssembleOptions): Assembled {
  const { marks, items, n } = o;
  marks.begin();
  markExclusions(marks, o.exclusions);
  const gateRemoved: Record<string, number> = {};
  const entries: SlateEntry[] = [];
  const caps = o.rules?.createCaps() ?? null;
  const take = (entry: SlateEntry) => {
    marks.set(entry.item, SLOT_BASE);
    caps?.take(entry.item);
    entries.push(entry);
  };
  const pinned = admitPins(o);
  const hold = ({ entry }: PlacedEntry) => {
    marks.set(entry.item, SLOT_BASE);
    caps?.take(entry.item);
  };
  pinned.forEach(hold);
  const sponsored = admitSponsored(o, pinned);
  sponsored.forEach(hold);
  const placed = [...pinned, ...sponsored].sort((a, b) => a.position - b.position);
  const room = n - placed.length;

  for (const entry of o.ranked) {
    if (entries.length >= room) break;
    const reason = gateReason(entry.item, o);
    if (reason !== null) gateRemoved[reason] = (gateRemoved[reason] ?? 0) + 1;
    else if (caps === null || caps.admits(entry.item)) take(entry);
  }
  // A rule that admits one shelf only is kept by filling what is left from that shelf.
  const shelf = o.rules?.hasOnly === true ? o.rules.shelf : null;
  const lists: readonly { origin: SlateOrigin; items: Int32Array }[] =
    shelf === null || shelf === undefined
      ? o.fallbacks
      : [...o.fallbacks, { origin: "catalogue_scan", items: shelf }];
  for (const list of lists) {
    for (let i = 0; i < list.items.length && entries.length < room; i++) {
      const item = list.items[i]!;
      if (!passes(item, o) || caps?.admits(item) === false) continue;
      take({ item, score: 1 / (i + 1), slot: -1, rankerPosition: null, origin: list.origin });
    }
    if (entries.length >= room) break;
  }
  if (entries.length + placed.length === 0) scanCatalogue(o, entries);
  // Lowest position first, so that each lands where it belongs.
  for (const { entry, position } of placed) entries.splice(Math.min(position, entries.length), 0, entry);

  let gateViolations = 0;
  for (const { item } of entries) if (!isEligible(items.flags[item]!) || isHidden(item, o)) gateViolations++;
  return { entries, gateRemoved, gateViolations };
}

/**
 * Pinned items that may be shown: eligible, not hidden by a rule, and not what this shopper or request does not want.
 * That they were bought or seen lately is no reason: whoever pins wants them seen.
 */
function admitPins(o: AssembleOptions): PlacedEntry[] {
  if (o.rules == null) return [];
  const admitted: PlacedEntry[] = [];
  for (const { item, position } of o.rules.listPins()) {
    if (position >= o.n || admitted.length === o.n) break;
    if (!isEligible(o.items.flags[item]!) || isHidden(item, o)) continue;
    const mark = o.marks.get(item);
    if (mark >= 0 && mark !== DROP_CODES.purchased && mark !== DROP_CODES.recently_seen) continue;
    const held = o.ranked.find((entry) => entry.item === item);
    const entry: SlateEntry = {
      item,
      score: held?.score ?? 1,
      slot: held?.slot ?? -1,
      rankerPosition: held?.rankerPosition ?? null,
      origin: "pinned",
    };
    admitted.push({ entry, position });
  }
  return admitted;
}

/** Sponsored items that pass the gate; where a position is taken, the next one that is free. */
function admitSponsored(o: AssembleOptions, pinned: readonly PlacedEntry[]): PlacedEntry[] {
  const admitted: PlacedEntry[] = [];
  for (const { entry, position } of o.sponsored ?? []) {
    if (gateReason(entry.item, o) !== null) continue;
    let free = position;
    while ([...pinned, ...admitted].some((each) => each.position === free)) free++;
    if (free < o.n && pinned.length + admitted.length < o.n) admitted.push({ entry, position: free });
  }
  return admitted;
}

function isHidden(item: number, o: AssembleOptions): boolean {
  const screen = o.rules?.screenWithoutOnly;
  return screen != null && screen(item) >= 0;
}

/** Why the gate keeps a ranked item out, or null. Seen and filtered items were dealt with before scoring. */
function gateReason(item: number, o: AssembleOptions): string | null {
  const byFlags = screenFlags(o.items.flags[item]!);
  if (byFlags >= 0) return DROP_REASONS[byFlags]!;
  const byRules = o.rules?.screen?.(item) ?? -1;
  if (byRules >= 0) return DROP_REASONS[byRules]!;
  const mark = o.marks.get(item);
  if (mark >= SLOT_BASE) return "duplicate";
  return mark >= 0 ? DROP_REASONS[mark]! : null;
}

function passes(item: number, o: AssembleOptions): boolean {
  if (item < 0 || item >= o.items.rowCount || o.marks.get(item) >= 0) return false;
  return isEligible(o.items.flags[item]!) && (o.filter === null || o.filter(item) < 0);
}

/**
 * The most popular items of the whole catalogue that pass: for filters so narrow that no precomputed list meets
 * them. About 2 ms at a million items, and only when there is nothing else.
 */
function scanCatalogue(o: AssembleOptions, entries: SlateEntry[]): void {
  const best: number[] = [];
  const { popularity } = o.items;
  for (let item = 0; item < o.items.rowCount; item++) {
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
