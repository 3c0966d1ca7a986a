import type { ReplicaStatus } from "@shortlist/contracts";

type CacheStatus = ReplicaStatus["caches"][number];

/** Caches of the same name, one per workspace, as one. */
export function sumCaches(caches: readonly CacheStatus[]): CacheStatus[] {
  const sums = new Map<string, CacheStatus>();
  for (const cache of caches) {
    const sum = sums.get(cache.name) ?? { name: cache.name, hits: 0, misses: 0, entries: 0 };
    sums.set(cache.name, {
      name: cache.name,
      hits: sum.hits + cache.hits,
      misses: sum.misses + cache.misses,
      entries: sum.entries + cache.entries,
    });
  }
  return [...sums.values()];
}
