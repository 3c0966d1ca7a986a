import type { PrecomputedList } from "@shortlist/contracts";

/** Where lists lie that were computed ahead, per shopper and surface. */
export interface PrecomputedLists {
  /** Stores lists, and removes those that are null. All or an error, after which the same may be written again. @returns bytes stored */
  write(
    of: { readonly workspace: string; readonly surface: string },
    lists: ReadonlyMap<string, PrecomputedList | null>,
  ): Promise<number>;
}
