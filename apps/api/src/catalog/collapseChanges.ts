import type { CatalogChange, CatalogItem } from "@shortlist/contracts";

export interface TimedChange {
  readonly change: CatalogChange;
  /** When it was acknowledged. */
  readonly atMs: number;
}

type Patch = Omit<Extract<CatalogChange, { op: "patch" }>, "op" | "itemId">;

/** What becomes of one item by many changes. */
export interface ItemOutcome {
  readonly itemId: string;
  /** The whole item, when one of the changes brought it; else what is to be written over what is there. */
  readonly item: CatalogItem | null;
  readonly patch: Patch;
  /** Null: as it is. */
  readonly isDeleted: boolean | null;
  readonly atMs: number;
}

/**
 * One outcome per item, the same as that of the changes one after the other: a statement may not touch a row twice.
 * A patch of a deleted item leaves it deleted, and only an upsert brings it back, as on a replica.
 */
export function collapseChanges(changes: readonly TimedChange[]): ItemOutcome[] {
  const outcomes = new Map<string, ItemOutcome>();
  for (const { change, atMs } of changes) {
    if (change.op === "upsert") {
      const { item } = change;
      outcomes.set(item.itemId, { itemId: item.itemId, item, patch: {}, isDeleted: false, atMs });
      continue;
    }
    const { itemId } = change;
    const held = outcomes.get(itemId) ?? { itemId, item: null, patch: {}, isDeleted: null, atMs };
    if (change.op === "delete") outcomes.set(itemId, { ...held, isDeleted: true, atMs });
    else {
      const { op: _op, itemId: _id, ...patch } = change;
      const isWhole = held.item !== null;
      outcomes.set(itemId, {
        ...held,
        item: isWhole ? { ...held.item!, ...withoutUndefined(patch) } : null,
        patch: isWhole ? {} : { ...held.patch, ...withoutUndefined(patch) },
        atMs,
      });
    }
  }
  return [...outcomes.values()];
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, v]) => v !== undefined)) as never;
}
