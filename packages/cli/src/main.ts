import { EnvError } from "@shortlist/platform";
import { Command, CommanderError } from "commander";
import { ApiCallError } from "./apiClient";
import { registerEvaluate } from "./commands/evaluate";
import { registerFeatures } from "./commands/features";
import { registerImport } from "./commands/import";
import { registerLists } from "./commands/lists";
import { registerModel } from "./commands/model";
import { registerRecommend } from "./commands/recommend";
import { registerRelease } from "./commands/release";
import { registerRollout } from "./commands/rollout";
import { registerSampleShop } from "./commands/sampleShop";
import { registerSimulate } from "./commands/simulate";
import { registerTrain } from "./commands/train";
import { registerTrainingSet } from "./commands/trainingSet";
import { InputError } from "./inputError";

/** Refused or failed, and wrongly typed: a script may try the one again and not the other. */
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

const program = new Command("shortlist")
  .description("Import, train, evaluate, ship and try a Shortlist workspace")
  .showHelpAfterError("Add --help to see what it takes.")
  .exitOverride()
  .addHelpText(
    "after",
    `
Exit codes: 0 done; ${EXIT_FAILED} refused or failed, and why; ${EXIT_USAGE} wrongly typed, or a file that cannot be used.
Addresses and keys come from the environment (API_URL, SERVICE_KEY, …), else from what npm run up left.`,
  );
for (const register of [
  registerImport,
  registerFeatures,
  registerTrain,
  registerTrainingSet,
  registerLists,
  registerModel,
  registerRelease,
  registerRollout,
  registerRecommend,
  registerEvaluate,
  registerSampleShop,
  registerSimulate,
])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = reportError(error);
}

/** Says what went wrong, once, and with which code to end. */
function reportError(error: unknown): number {
  // commander has said it.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : EXIT_USAGE;
  const isExpected =
    error instanceof ApiCallError || error instanceof InputError || error instanceof EnvError;
  const text = isExpected ? error.message : String((error as Error)?.stack ?? error);
  process.stderr.write(`${text}\n`);
  return error instanceof InputError ? EXIT_USAGE : EXIT_FAILED;
}
