import {
  buildCsr,
  type CsrMatrix,
  evaluateFullRanking,
  evaluateSampledRanking,
  MlInputError,
  type Scorer,
} from "@shortlist/ml";
import { InputError } from "../inputError";
import { type EvaluateModel, fitModel, type ModelOptions } from "./models";
import {
  IdMap,
  type Ids,
  type NegativesLine,
  type Pairs,
  parseNegatives,
  parsePairs,
  type SourceText,
} from "./parseSplit";
import { readSourceText } from "./readText";

export interface EvaluateRequest {
  trainFile: string;
  testFile: string;
  model: EvaluateModel;
  k: number;
  protocol: "full" | "sampled";
  /** Needed by the sampled protocol. */
  negativesFile?: string | undefined;
  options: ModelOptions;
}

/** What `--json` prints. */
export interface EvaluateResult {
  model: EvaluateModel;
  protocol: "full" | "sampled";
  k: number;
  options: Record<string, number>;
  data: { users: number; items: number; trainPairs: number; testPairs: number };
  /** Shoppers the means are over. */
  users: number;
  metrics: Record<string, number>;
  fitMs: number;
  evaluateMs: number;
}

/** Reads the split, fits the model, measures it. Times come from `nowMs`. */
export async function runEvaluation(request: EvaluateRequest, nowMs: () => number): Promise<EvaluateResult> {
  if (request.protocol === "sampled" && request.negativesFile === undefined) {
    throw new InputError(
      "--protocol sampled ranks against listed negatives: give their file with --negatives",
    );
  }
  const ids: Ids = { users: new IdMap(), items: new IdMap() };
  const train = parsePairs(await readSourceText(request.trainFile), ids);
  const testSource = await readSourceText(request.testFile);
  const test = parsePairs(testSource, ids);
  const negatives =
    request.negativesFile === undefined
      ? []
      : parseNegatives(await readSourceText(request.negativesFile), ids);
  const build = (pairs: Pairs) => buildBinary(pairs, ids);
  const trainMatrix = build(train);
  try {
    const startMs = nowMs();
    const fitted = fitModel(request.model, trainMatrix, request.options);
    const fittedMs = nowMs();
    const measured =
      request.protocol === "full"
        ? measureFull(trainMatrix, build(test), request.k, fitted.score)
        : measureSampled(
            ids.items.size,
            selectCases(test, negatives, testSource, request),
            request.k,
            fitted.score,
          );
    return {
      model: request.model,
      protocol: request.protocol,
      k: request.k,
      options: fitted.options,
      data: {
        users: ids.users.size,
        items: ids.items.size,
        trainPairs: trainMatrix.colIdx.length,
        testPairs: test.users.length,
      },
      ...measured,
      fitMs: Math.round(fittedMs - startMs),
      evaluateMs: Math.round(nowMs() - fittedMs),
    };
  } catch (error) {
    if (error instanceof MlInputError) throw new InputError(explainInputError(error, request));
    throw error;
  }
}

/** A pair listed twice is one interaction. */
function buildBinary(pairs: Pairs, ids: Ids): CsrMatrix {
  const m = buildCsr(pairs.users, pairs.items, null, ids.users.size, ids.items.size);
  m.values.fill(1);
  return m;
}

function measureFull(train: CsrMatrix, test: CsrMatrix, k: number, score: Scorer) {
  const result = evaluateFullRanking({ train, test, k, score });
  const { recallAtK, ndcgAtK, mrr, coverage, novelty } = result;
  return { users: result.users, metrics: { recallAtK, ndcgAtK, mrr, coverage, novelty } };
}

function measureSampled(nItems: number, cases: NegativesLine[], k: number, score: Scorer) {
  const all = new Float32Array(nItems);
  const { users, hitRateAtK, ndcgAtK } = evaluateSampledRanking({
    cases,
    k,
    score: (user, items, out) => {
      score(user, all);
      for (let n = 0; n < items.length; n++) out[n] = all[items[n]!]!;
    },
  });
  return { users, metrics: { hitRateAtK, ndcgAtK } };
}

/** The negatives of every test pair; a pair without is an error, lines for other pairs are left out. */
function selectCases(
  test: Pairs,
  negatives: NegativesLine[],
  testSource: SourceText,
  request: EvaluateRequest,
): NegativesLine[] {
  const byPair = new Map(negatives.map((line) => [`${line.user},${line.item}`, line]));
  return test.users.map((user, n) => {
    const line = byPair.get(`${user},${test.items[n]!}`);
    if (line !== undefined) return line;
    throw new InputError(
      `${request.negativesFile} has no line for pair ${n + 1} of ${testSource.file}: both must come from the same split`,
    );
  });
}

function explainInputError(error: MlInputError, request: EvaluateRequest): string {
  if (error.code === "no_test_users") {
    return `${request.testFile} has no pair that is not already in ${request.trainFile}: check that the files are not the same`;
  }
  return `${request.model}: ${error.message}`;
}
