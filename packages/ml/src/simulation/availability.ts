import type { Random } from "../random/random";
import { DAY_MS, roundPrice } from "./catalogue";
import type { ShopItem } from "./types";

/** Out-of-stock episodes: one item in six has one or two, three days long on average. */
export function createOutages(items: readonly ShopItem[], startMs: number, endMs: number, random: Random) {
  const outages = new Map<number, { fromMs: number; toMs: number }[]>();
  items.forEach((item, index) => {
    const draw = random.next();
    const count = draw < 0.05 ? 2 : draw < 0.17 ? 1 : 0;
    const firstMs = Math.max(startMs, item.createdAtMs + DAY_MS);
    if (count === 0 || firstMs >= endMs) return;
    outages.set(
      index,
      Array.from({ length: count }, () => {
        const fromMs = firstMs + random.next() * (endMs - firstMs);
        return { fromMs, toMs: fromMs - Math.log(1 - random.next()) * 3 * DAY_MS };
      }),
    );
  });
  return outages;
}

/** One item in five is repriced once or twice by −30 % to +15 %. */
export function createRepricings(items: readonly ShopItem[], startMs: number, endMs: number, random: Random) {
  const repricings = new Map<number, { atMs: number; price: number }[]>();
  items.forEach((item, index) => {
    const draw = random.next();
    const count = draw < 0.06 ? 2 : draw < 0.2 ? 1 : 0;
    const firstMs = Math.max(startMs, item.createdAtMs);
    if (count === 0) return;
    const changes = Array.from({ length: count }, () => ({
      atMs: firstMs + random.next() * (endMs - firstMs),
      price: roundPrice(item.price * (0.7 + 0.45 * random.next()), random),
    }));
    repricings.set(
      index,
      changes.sort((a, b) => a.atMs - b.atMs),
    );
  });
  return repricings;
}
