import type { FeatureReading } from "@shortlist/ml";
import type { ItemInputs, Ranker, ShopperInput } from "../ports/ranker";
import type { LoadedRelease } from "../release/loadedRelease";
import type { Scratch } from "./scratch";

/** Readings of the shopper's feature views by view id. */
export type ShopperFeatures = ReadonlyMap<string, FeatureReading>;

/**
 * Writes the ranker's input rows of all candidates into `scratch.features`. The filler was prepared for the shopper.
 * The replica's own features are filled in place where the ranker wants them side by side, else gathered; what its
 * package says of an item is one row to copy.
 */
export function fillRankInputs(
  loaded: Pick<LoadedRelease, "filler" | "rankWidth">,
  ranker: Ranker,
  o: { readonly scratch: Scratch; readonly count: number; readonly shopperFeatures: ShopperFeatures | null },
): void {
  const { scratch, count } = o;
  const { inputs, width } = ranker;
  const { items, covisitationScores, features: out } = scratch;
  if (inputs === null) {
    loaded.filler.fill(items, count, covisitationScores, out);
    return;
  }
  if (inputs.ownAt >= 0)
    loaded.filler.fill(items, count, covisitationScores, out, { offset: inputs.ownAt, stride: width });
  else if (inputs.own.length > 0) {
    const own = scratch.ownFeatures;
    loaded.filler.fill(items, count, covisitationScores, own);
    for (const { index, column } of inputs.own)
      for (let n = 0; n < count; n++) out[n * width + column] = own[n * loaded.rankWidth + index]!;
  }
  if (inputs.items !== null) fillItemInputs(inputs.items, { items, count, width, out });
  for (const input of inputs.shopper) {
    const value = readNumber(o.shopperFeatures, input);
    for (let n = 0; n < count; n++) out[n * width + input.column] = value;
  }
}

function fillItemInputs(
  inputs: ItemInputs,
  o: { items: Int32Array; count: number; width: number; out: Float32Array },
): void {
  const { values, nRows, columns, defaults } = inputs;
  const { items, count, width, out } = o;
  const held = columns.length;
  const first = columns[0]!;
  const areTogether = columns[held - 1]! - first === held - 1;
  fetchRows(inputs, items, count);
  for (let n = 0; n < count; n++) {
    const item = items[n]!;
    const to = n * width;
    if (item >= nRows) for (let f = 0; f < held; f++) out[to + columns[f]!] = defaults[f]!;
    else if (areTogether) copyRow(values, item * held, out, to + first, held);
    else for (let f = 0; f < held; f++) out[to + columns[f]!] = values[item * held + f]!;
  }
}

/** Four at a time: at a thousand rows of 47 values twice as fast as one, and as copying by views. */
function copyRow(from: Float32Array, start: number, to: Float32Array, at: number, length: number): void {
  let f = 0;
  for (; f + 3 < length; f += 4) {
    to[at + f] = from[start + f]!;
    to[at + f + 1] = from[start + f + 1]!;
    to[at + f + 2] = from[start + f + 2]!;
    to[at + f + 3] = from[start + f + 3]!;
  }
  for (; f < length; f++) to[at + f] = from[start + f]!;
}

const LINE_FLOATS = 16;
/** Takes the sum of what was read, or the compiler would leave the reads out. */
const sink = new Float64Array(1);

/**
 * Reads a value of each cache line of the rows that are copied next. They lie anywhere in memory; a loop that does nothing
 * else has dozens of them on their way at once. A thousand rows of 47 out of a million: 0.13 ms in all, 0.5 ms without.
 */
function fetchRows({ values, nRows, columns }: ItemInputs, items: Int32Array, count: number): void {
  const held = columns.length;
  let sum = 0;
  for (let n = 0; n < count; n++) {
    const item = items[n]!;
    if (item >= nRows) continue;
    const end = (item + 1) * held - 1;
    for (let at = item * held; at < end; at += LINE_FLOATS) sum += values[at]!;
    sum += values[end]!;
  }
  sink[0] = sum;
}

/** The reading when it is a number; the model's default when the view is away, has no value, or serves another type. */
function readNumber(features: ShopperFeatures | null, input: ShopperInput): number {
  const value = features?.get(input.viewId)?.values[input.output];
  return typeof value === "number" && Number.isFinite(value) ? value : input.default;
}

/** Whether any ranker reads own features in another order than theirs, for which they have to be filled elsewhere first. */
export function hasScatteredInputs({ rankers }: Pick<LoadedRelease, "rankers">): boolean {
  return [...rankers.values()].some(({ inputs }) => inputs !== null && inputs.ownAt < 0);
}
