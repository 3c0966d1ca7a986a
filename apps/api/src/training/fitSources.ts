import type { TrainingConfig } from "@shortlist/contracts";
import {
  type AlsModel,
  createFoldIn,
  type FoldIn,
  fitAls,
  fitCovisitation,
  type NeighborTable,
} from "@shortlist/ml";
import { AppError } from "@shortlist/platform";
import { type InteractionLog, toMatrix } from "./interactionLog";

/** How many interactions the vector of the last training is worth against what happened since (ADR 7). */
export const PRIOR_WEIGHT = 5;
/** iALS: regularisation grows with how often a shopper or item was seen (Rendle et al. 2021). */
export const FREQUENCY_EXPONENT = 1;

/** What the candidate sources learn from the log before a moment. */
export interface FittedSources {
  readonly als: AlsModel;
  readonly foldIn: FoldIn;
  readonly covisitation: NeighborTable;
}

export function foldInOptions(config: TrainingConfig) {
  return {
    regularization: config.regularization,
    unobservedWeight: config.unobservedWeight,
    frequencyExponent: FREQUENCY_EXPONENT,
    priorWeight: PRIOR_WEIGHT,
  };
}

export function fitSources(
  log: InteractionLog,
  end: number,
  config: TrainingConfig,
  onProgress: (share: number) => void,
): FittedSources {
  const als = fitAls(toMatrix(log, 0, end), {
    factors: config.factors,
    iterations: config.iterations,
    regularization: config.regularization,
    unobservedWeight: config.unobservedWeight,
    frequencyExponent: FREQUENCY_EXPONENT,
    seed: config.seed,
    onIteration: (done, total) => onProgress(done / total),
  });
  if (!als.itemFactors.every(Number.isFinite) || !als.userFactors.every(Number.isFinite))
    throw new AppError("conflict", "ALS gave vectors that are not finite", {
      publicDetail: `ALS did not converge with ${config.factors} factors and regularization ${config.regularization}. Raise regularization or lower factors.`,
    });
  const foldIn = createFoldIn(als.itemFactors, log.nItems, config.factors, foldInOptions(config));
  const covisitation = fitCovisitation(toSessions(log, end), { nItems: log.nItems, k: config.neighbors });
  return { als, foldIn, covisitation };
}

/** Visits end to end, each oldest event first. */
function toSessions(log: InteractionLog, end: number) {
  let nSessions = 0;
  for (let e = 0; e < end; e++) nSessions = Math.max(nSessions, log.session[e]! + 1);
  const sessionPtr = new Int32Array(nSessions + 1);
  for (let e = 0; e < end; e++) sessionPtr[log.session[e]! + 1]!++;
  for (let s = 0; s < nSessions; s++) sessionPtr[s + 1]! += sessionPtr[s]!;
  const next = sessionPtr.slice();
  const items = new Int32Array(end);
  const weights = new Float32Array(end);
  for (let e = 0; e < end; e++) {
    const at = next[log.session[e]!]!++;
    items[at] = log.item[e]!;
    weights[at] = log.weight[e]!;
  }
  return { sessionPtr, items, weights };
}
