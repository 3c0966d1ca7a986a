import { SHOPPER_RECENT_MAX } from "@shortlist/contracts";
import type { ShopperState } from "../ports/shopperStore";
import type { ItemTable } from "../release/itemTable";
import type { Marks } from "./marks";
import type { SlateRequest } from "./types";

/** A shopper in rows of the release's item table. Items the table does not hold are left out silently. */
export interface ShopperView {
  /** Product on the page, session, then history: most recent first, without repeats, in `recentItems`. */
  readonly recentCount: number;
  readonly sessionCount: number;
  readonly contextItem: number;
  readonly purchased: readonly number[];
  readonly blocked: readonly number[];
  readonly excluded: readonly number[];
}

/** Writes the recent items into `recentItems` and returns the rest. Runs between awaits: it borrows `marks`. */
export function viewShopper(
  request: SlateRequest,
  state: ShopperState | null,
  items: ItemTable,
  marks: Marks,
  recentItems: Int32Array,
  /** Ids the shopper is known to have hidden while their state is not. */
  blocked: readonly string[] = [],
): ShopperView {
  marks.begin();
  let count = 0;
  const add = (item: number) => {
    if (item < 0 || count === SHOPPER_RECENT_MAX || marks.get(item) >= 0) return;
    marks.set(item, 0);
    recentItems[count++] = item;
  };
  const contextItem = request.contextItemId === undefined ? -1 : items.find(request.contextItemId);
  add(contextItem);
  for (let i = request.sessionItems.length - 1; i >= 0; i--) add(items.find(request.sessionItems[i]!));
  const sessionCount = count;
  if (state !== null) for (const id of state.recentItems) add(items.find(id));
  return {
    recentCount: count,
    sessionCount,
    contextItem,
    purchased: state === null ? [] : toRows(state.purchased, items),
    blocked: toRows(state?.blocked ?? blocked, items),
    excluded: toRows(request.filters?.excludeItems ?? [], items),
  };
}

function toRows(ids: readonly string[], items: ItemTable): number[] {
  const rows: number[] = [];
  for (const id of ids) {
    const row = items.find(id);
    if (row >= 0) rows.push(row);
  }
  return rows;
}
