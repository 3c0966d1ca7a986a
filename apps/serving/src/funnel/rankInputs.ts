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
  { values, nRows, columns, defaults }: ItemInputs,
  o: { items: Int32Array; count: number; width: number; out: Float32Array },
): void {
  const { items, count, width, out } = o;
  const held = columns.length;
  const first = columns[0]!;
  const areTogether = columns[held - 1]! - first === held - 1;
  for (let n = 0; n < count; n++) {
    const item = items[n]!;
    const from = item * held;
    const to = n * width;
    if (item >= nRows) for (let f = 0; f < held; f++) out[to + columns[f]!] = defaults[f]!;
    else if (areTogether) for (let f = 0; f < held; f++) out[to + first + f] = values[from + f]!;
    else for (let f = 0; f < held; f++) out[to + columns[f]!] = values[from + f]!;
  }
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
