import { readColumns, requireItemTable } from "./columns";
import { ReleaseRefused } from "./releaseRefused";

/** Precomputed lists of item rows, best first: the trending source and rungs 3 and 4 of the ladder. */
export interface FallbackLists {
  readonly popular: Int32Array;
  /** Trending in a region, or everywhere when the region has no list of its own. */
  trending(region: string | undefined): { readonly items: Int32Array; readonly isRegional: boolean };
  /** The list of the closest segment: region and device, region, device; null when none has a list. */
  segment(region: string | undefined, device?: string): Int32Array | null;
}

const NO_ITEMS = new Int32Array(0);

export function decodeLists(bytes: Uint8Array, itemTableId: string, nItems: number): FallbackLists {
  const columns = readColumns(bytes, "lists");
  requireItemTable(columns, itemTableId, "lists");
  const byName = new Map<string, Int32Array>();
  for (const name of columns.names()) {
    const list = columns.get(name, Int32Array);
    for (const item of list)
      if (item < 0 || item >= nItems)
        throw new ReleaseRefused("corrupt_artifact", `lists: ${name} names item ${item} of ${nItems}`);
    byName.set(name, list);
  }
  const popular = byName.get("popular");
  if (popular === undefined || popular.length === 0)
    throw new ReleaseRefused("corrupt_artifact", "lists: the popular list is missing or empty");
  return {
    popular,
    trending(region) {
      const regional = region === undefined ? undefined : byName.get(`trending:${region}`);
      if (regional !== undefined && regional.length > 0)
        return { items: regional, isRegional: region !== "all" };
      return { items: byName.get("trending:all") ?? NO_ITEMS, isRegional: false };
    },
    segment(region, device) {
      const both = device === undefined ? undefined : byName.get(`segment:${region ?? "all"}/${device}`);
      const ofRegion = region === undefined ? undefined : byName.get(`segment:${region}`);
      const ofDevice = device === undefined ? undefined : byName.get(`segment:all/${device}`);
      return both ?? ofRegion ?? ofDevice ?? null;
    },
  };
}
