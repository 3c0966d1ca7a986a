import {
  ALS_PRESETS,
  type CsrMatrix,
  createItemKnnScorer,
  fitAls,
  fitEase,
  fitItemKnn,
  fitPopularity,
  type Scorer,
  scoreEase,
  scoreFactors,
} from "@shortlist/ml";

export const EVALUATE_MODELS = ["popularity", "itemknn", "ease", "als"] as const;
export type EvaluateModel = (typeof EVALUATE_MODELS)[number];

/** Whatever was given on the command line; the rest takes the model's defaults. */
export interface ModelOptions {
  lambda?: number | undefined;
  factors?: number | undefined;
  iterations?: number | undefined;
  regularization?: number | undefined;
  unobservedWeight?: number | undefined;
  frequencyExponent?: number | undefined;
  neighbors?: number | undefined;
  seed?: number | undefined;
}

export interface FittedModel {
  score: Scorer;
  /** The options the model was fitted with, defaults filled in. */
  options: Record<string, number>;
}

/** Above so many interactions per shopper the preset for dense data does better. */
const DENSE_INTERACTIONS_PER_SHOPPER = 50;

export function fitModel(model: EvaluateModel, train: CsrMatrix, given: ModelOptions): FittedModel {
  const itemsOf = (user: number) => train.colIdx.subarray(train.rowPtr[user]!, train.rowPtr[user + 1]!);
  switch (model) {
    case "popularity": {
      const counts = fitPopularity(train);
      return { score: (_user, out) => out.set(counts), options: {} };
    }
    case "itemknn": {
      const options = { neighbors: given.neighbors ?? 100 };
      const addScores = createItemKnnScorer(fitItemKnn(train, { k: options.neighbors }));
      return { score: (user, out) => addScores(itemsOf(user), out.fill(0)), options };
    }
    case "ease": {
      const options = { lambda: given.lambda ?? 200 };
      const weights = fitEase(train, options);
      return { score: (user, out) => scoreEase(weights, train.nCols, itemsOf(user), out.fill(0)), options };
    }
    case "als": {
      const isDense = train.colIdx.length > DENSE_INTERACTIONS_PER_SHOPPER * train.nRows;
      const preset = isDense ? ALS_PRESETS.dense : ALS_PRESETS.sparse;
      const options = {
        factors: given.factors ?? preset.factors,
        iterations: given.iterations ?? preset.iterations,
        regularization: given.regularization ?? preset.regularization,
        unobservedWeight: given.unobservedWeight ?? preset.unobservedWeight,
        frequencyExponent: given.frequencyExponent ?? preset.frequencyExponent,
        seed: given.seed ?? 1,
      };
      const fitted = fitAls(train, options);
      return { score: (user, out) => scoreFactors(fitted, user, out), options };
    }
  }
}
