import type { Random } from "../random/random";
import { DAY_MS } from "./catalogue";
import type { Shop } from "./types";

/** Relative traffic per UTC hour: a lunch bump and an evening peak. */
export const HOUR_TRAFFIC: readonly number[] = [
  0.3, 0.18, 0.1, 0.08, 0.1, 0.2, 0.45, 0.75, 0.95, 1.05, 1.1, 1.2, 1.4, 1.25, 1.1, 1.1, 1.2, 1.35, 1.6, 1.95,
  2.2, 2.0, 1.4, 0.75,
];
/** Relative traffic per UTC weekday, Sunday first. */
export const WEEKDAY_TRAFFIC: readonly number[] = [1.35, 0.95, 0.88, 0.88, 0.92, 0.9, 1.12];

export interface Arrival {
  shopperIndex: number;
  startMs: number;
}

/** All sessions of the logged period in order of time: Poisson per shopper, thinned by weekday and hour. */
export function createArrivals(shop: Shop, random: Random): Arrival[] {
  const { days } = shop.options;
  const arrivals: Arrival[] = [];
  shop.shoppers.forEach((shopper, shopperIndex) => {
    const count = drawPoisson(shopper.sessionsPerDay * days, random);
    for (let i = 0; i < count; i++) {
      arrivals.push({ shopperIndex, startMs: drawStart(shop.startMs, days, random) });
    }
  });
  return arrivals.sort((a, b) => a.startMs - b.startMs || a.shopperIndex - b.shopperIndex);
}

function drawStart(firstMs: number, days: number, random: Random): number {
  const maxTraffic = Math.max(...HOUR_TRAFFIC) * Math.max(...WEEKDAY_TRAFFIC);
  for (;;) {
    const startMs = Math.floor(firstMs + random.next() * days * DAY_MS);
    if (random.next() * maxTraffic < trafficAt(startMs)) return startMs;
  }
}

/** Relative session rate at a time; averages about 1 over a week. */
export function trafficAt(atMs: number): number {
  const hour = Math.floor(atMs / 3_600_000) % 24;
  // 1970-01-01 was a Thursday.
  const weekday = (Math.floor(atMs / DAY_MS) + 4) % 7;
  return HOUR_TRAFFIC[hour]! * WEEKDAY_TRAFFIC[weekday]!;
}

function drawPoisson(mean: number, random: Random): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random.next(); product > limit; product *= random.next()) count++;
  return count;
}
