import type { Command } from "commander";
import { createApiClient } from "../apiClient";
import { loadCliEnv } from "../env";
import { followJob } from "../followJob";

interface TrainFlags {
  workspace: string;
  wait?: boolean;
  publish: boolean;
  factors?: string;
  iterations?: string;
  testShare?: string;
  views?: string[];
}

/** Adds `shortlist train`: starts a training run and, with --wait, follows it to its end. */
export function registerTrain(program: Command): void {
  program
    .command("train")
    .description("train, evaluate and register models, and publish a release")
    .requiredOption("--workspace <slug>", "workspace to train")
    .option("--wait", "follow the run until it ends; fails when it fails")
    .option("--no-publish", "register models without making a release")
    .option("--factors <n>", "length of ALS vectors")
    .option("--iterations <n>", "ALS sweeps")
    .option("--test-share <pct>", "share of the interactions, newest first, held out for evaluation")
    .option(
      "--views <view...>",
      "published views of items that the ranker reads too, as name or name@version",
    )
    .action(async (flags: TrainFlags) => {
      const api = createApiClient(loadCliEnv());
      const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
      const { jobId } = await api.post<{ jobId: string }>(`/v1/workspaces/${flags.workspace}/training-runs`, {
        publish: flags.publish,
        factors: number(flags.factors),
        iterations: number(flags.iterations),
        testSharePct: number(flags.testShare),
        featureViews: flags.views,
      });
      console.log(`training run ${jobId}`);
      if (flags.wait !== true) return;
      const result = await followJob<{ release: { number: number; releaseId: string } | null }>(api, {
        workspace: flags.workspace,
        id: jobId,
        what: "training run",
      });
      const release = result?.release;
      console.log(
        release == null
          ? "done, nothing published"
          : `release ${release.number} published (${release.releaseId.slice(0, 12)})`,
      );
    });
}
