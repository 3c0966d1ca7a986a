import type { FeatureReading } from "@shortlist/ml";
import type { Ranker } from "../ports/ranker";
import type { LoadedRelease } from "../release/loadedRelease";
import type { Scratch } from "./scratch";

/** Readings of the shopper's feature views by view id. */
export type ShopperFeatures = ReadonlyMap<string, FeatureReading>;

/**
 * Writes the ranker's input rows of all candidates into `scratch.features`. The filler was prepared for the shopper.
 * A ranker of the replica's own features is filled in place; another gets them gathered beside the values of its views.
 */
export function fillRankInputs(
  loaded: Pick<LoadedRelease, "filler" | "rankWidth">,
  ranker: Ranker,
  o: { readonly scratch: Scratch; readonly count: number; readonly shopperFeatures: ShopperFeatures | null },
): void {
  const { scratch, count } = o;
  const { inputs, width } = ranker;
  if (inputs === null) {
    loaded.filler.fill(scratch.items, count, scratch.covisitationScores, scratch.features);
    return;
  }
  const own = scratch.ownFeatures;
  const ownWidth = loaded.rankWidth;
  loaded.filler.fill(scratch.items, count, scratch.covisitationScores, own);
  const out = scratch.features;
  inputs.forEach((input, column) => {
    if (input.kind === "own")
      for (let n = 0; n < count; n++) out[n * width + column] = own[n * ownWidth + input.index]!;
    else if (input.kind === "item")
      for (let n = 0; n < count; n++) out[n * width + column] = input.values[scratch.items[n]!]!;
    else {
      const value = readNumber(o.shopperFeatures, input);
      for (let n = 0; n < count; n++) out[n * width + column] = value;
    }
  });
}

/** The reading when it is a number; the model's default when the view is away, has no value, or serves another type. */
function readNumber(
  features: ShopperFeatures | null,
  input: { readonly viewId: string; readonly output: string; readonly default: number },
): number {
  const value = features?.get(input.viewId)?.values[input.output];
  return typeof value === "number" && Number.isFinite(value) ? value : input.default;
}

/** Whether any ranker reads more than the replica's own features. */
export function hasViewInputs({ rankers }: Pick<LoadedRelease, "rankers">): boolean {
  return [...rankers.values()].some(({ inputs }) => inputs !== null);
}
