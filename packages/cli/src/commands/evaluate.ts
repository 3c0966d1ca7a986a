import { type Command, InvalidArgumentError, Option } from "commander";
import { runEvaluation } from "../evaluate/evaluate";
import { formatEvaluation } from "../evaluate/formatResult";
import { EVALUATE_MODELS, type EvaluateModel, type ModelOptions } from "../evaluate/models";

interface EvaluateFlags extends ModelOptions {
  train: string;
  test: string;
  model: EvaluateModel;
  k: number;
  protocol: "full" | "sampled";
  negatives?: string;
  json?: boolean;
}

/** Adds `shortlist evaluate`: fits a model on a published split and prints its ranking metrics. */
export function registerEvaluate(program: Command): void {
  program
    .command("evaluate")
    .description("Fit a model on a train file and measure it on a test file")
    .requiredOption("--train <file>", "lines of “user item item …” or “user<TAB>item”, .gz accepted")
    .requiredOption("--test <file>", "held-out pairs in the same format")
    .addOption(new Option("--model <name>", "model to fit").choices(EVALUATE_MODELS).makeOptionMandatory())
    .option("--k <n>", "length of the lists", parseCount, 20)
    .option("--lambda <x>", "EASE: regularisation (default 200)", parseAmount)
    .option("--factors <n>", "ALS: length of the vectors", parseCount)
    .option("--iterations <n>", "ALS: sweeps", parseCount)
    .option("--regularization <x>", "ALS: regularisation", parseAmount)
    .option("--unobserved-weight <x>", "ALS: weight of pairs without interaction", parseAmount)
    .option("--frequency-exponent <x>", "ALS: how regularisation grows with frequency, 0 to 1", parseAmount)
    .option("--neighbors <n>", "itemknn: neighbours per item (default 100)", parseCount)
    .option("--seed <n>", "ALS: seed of the starting vectors (default 1)", parseAmount)
    .addOption(
      new Option("--protocol <name>", "rank all items, or each test item among listed negatives")
        .choices(["full", "sampled"])
        .default("full"),
    )
    .option("--negatives <file>", "sampled protocol: lines of “(user,item)<TAB>negative<TAB>…”")
    .option("--json", "print the result as JSON")
    .action(async (flags: EvaluateFlags) => {
      const { train, test, model, k, protocol, negatives, json, ...options } = flags;
      const request = {
        trainFile: train,
        testFile: test,
        model,
        k,
        protocol,
        negativesFile: negatives,
        options,
      };
      const result = await runEvaluation(request, () => performance.now());
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : formatEvaluation(result));
    });
}

function parseCount(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1)
    throw new InvalidArgumentError("It must be a whole number of 1 or more.");
  return value;
}

function parseAmount(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("It must be a number of 0 or more.");
  }
  return value;
}
