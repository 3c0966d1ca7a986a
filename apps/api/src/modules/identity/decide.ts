import type { UnlinkedPair } from "@shortlist/lake";

/** A model version as far as its training data is concerned. */
export interface TrainedModel {
  readonly name: string;
  readonly version: number;
  readonly fromMs: number | null;
  readonly toMs: number | null;
}

/** Versions whose training data holds any moment of the span; one that does not say when it was trained is none. */
export function findTrainedOn(
  models: readonly TrainedModel[],
  span: { readonly fromMs: number; readonly toMs: number },
): { name: string; version: number }[] {
  return models
    .filter(
      ({ fromMs, toMs }) => fromMs !== null && toMs !== null && fromMs <= span.toMs && toMs >= span.fromMs,
    )
    .map(({ name, version }) => ({ name, version }));
}

/** Every pair once, however often it was taken apart. */
export function distinctPairs(rows: readonly UnlinkedPair[]): UnlinkedPair[] {
  const seen = new Map(rows.map(({ device, person }) => [`${device} ${person}`, { device, person }]));
  return [...seen.values()];
}
