import { EnvError } from "@shortlist/platform";
import { Command } from "commander";
import { ApiCallError } from "./apiClient";
import { registerEvaluate } from "./commands/evaluate";
import { registerFeatures } from "./commands/features";
import { registerImport } from "./commands/import";
import { registerLists } from "./commands/lists";
import { registerModel } from "./commands/model";
import { registerRecommend } from "./commands/recommend";
import { registerRollout } from "./commands/rollout";
import { registerSampleShop } from "./commands/sampleShop";
import { registerSimulate } from "./commands/simulate";
import { registerTrain } from "./commands/train";
import { registerTrainingSet } from "./commands/trainingSet";
import { FeatureInputError } from "./features/featureInputError";
import { ImportInputError } from "./import/importInputError";

const program = new Command("shortlist").description("Import, train, evaluate and try a Shortlist workspace");
for (const register of [
  registerImport,
  registerFeatures,
  registerTrain,
  registerTrainingSet,
  registerLists,
  registerRollout,
  registerModel,
  registerRecommend,
  registerEvaluate,
  registerSampleShop,
  registerSimulate,
])
  register(program);

try {
  await program.parseAsync();
} catch (error) {
  const isExpected =
    error instanceof ApiCallError ||
    error instanceof ImportInputError ||
    error instanceof FeatureInputError ||
    error instanceof EnvError;
  process.stderr.write(
    `${isExpected ? (error as Error).message : String((error as Error)?.stack ?? error)}\n`,
  );
  process.exitCode = 1;
}
