import { requireInput } from "../errors";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Events newer than the last whole tile of this size are kept singly, so that a read is exact to the millisecond. */
export const HEAD_MS = 5 * MINUTE_MS;

/**
 * Size of the tiles of a window: 1 day from 12 days on, 1 hour from 12 hours on, else 5 minutes. Tiles start at
 * whole multiples since 1970 UTC.
 *
 * @param windowMs > 0, or null for all time, which has daily tiles
 * Source: Chronon, Resolution.scala.
 */
export function getTileMs(windowMs: number | null): number {
  if (windowMs === null || windowMs >= 12 * DAY_MS) return DAY_MS;
  return windowMs >= 12 * HOUR_MS ? HOUR_MS : 5 * MINUTE_MS;
}

/** Start of the tile that holds `timeMs`: ⌊time/size⌋·size, also before 1970. */
export function getTileStart(timeMs: number, tileMs: number): number {
  return Math.floor(timeMs / tileMs) * tileMs;
}

export type WindowKind = "sawtooth" | "sliding" | "hopping";

/**
 * Bounds [start, end) of a window read at `atMs`. An event at `atMs` itself is outside.
 *
 *   sawtooth  [⌊(q − w)/hop⌋·hop, q)                    what features use: whole tiles at the tail, exact head;
 *                                                        up to one hop longer than asked, alike in both runtimes
 *   sliding   [q − w, q)                                 exact, needs every event
 *   hopping   [⌊q/hop⌋·hop − w, ⌊q/hop⌋·hop)             stale by up to one hop
 *
 * @throws MlInputError `invalid_option` unless windowMs > 0
 */
export function getWindowBounds(
  windowMs: number,
  atMs: number,
  kind: WindowKind = "sawtooth",
): { startMs: number; endMs: number } {
  requireInput(windowMs > 0, "invalid_option", `windowMs must be positive, got ${windowMs}`);
  const hopMs = getTileMs(windowMs);
  if (kind === "sliding") return { startMs: atMs - windowMs, endMs: atMs };
  if (kind === "sawtooth") return { startMs: getTileStart(atMs - windowMs, hopMs), endMs: atMs };
  const endMs = getTileStart(atMs, hopMs);
  return { startMs: endMs - windowMs, endMs };
}
