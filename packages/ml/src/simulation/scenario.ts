import type { Shop, ShopShopper } from "./types";

/** Six shoppers that differ as much as possible in what they like, for demonstrations. */
export function scenarioShoppers(shop: Shop): ShopShopper[] {
  const chosen: number[] = [];
  const active = shop.shoppers.flatMap((shopper, index) => (shopper.sessionsPerDay > 0.1 ? [index] : []));
  const pool = active.length >= 6 ? active : shop.shoppers.map((_, index) => index);
  while (chosen.length < Math.min(6, pool.length)) {
    const closeness = pool.map((index) =>
      chosen.includes(index)
        ? Number.POSITIVE_INFINITY
        : Math.max(
            -1,
            ...chosen.map((other) =>
              cosine(shop.shopperTruth[index]!.leafAffinity, shop.shopperTruth[other]!.leafAffinity),
            ),
          ),
    );
    chosen.push(pool[closeness.indexOf(Math.min(...closeness))]!);
  }
  return chosen.map((index) => shop.shoppers[index]!);
}

function cosine(a: Float32Array, b: Float32Array): number {
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < a.length; i++) {
    // Affinities sit around −1; what sets people apart is what lies above.
    const x = a[i]! + 1;
    const y = b[i]! + 1;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
