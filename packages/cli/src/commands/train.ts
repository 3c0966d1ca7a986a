import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { ApiCallError, type ApiClient, createApiClient } from "../apiClient";
import { loadCliEnv } from "../env";

interface TrainFlags {
  workspace: string;
  wait?: boolean;
  publish: boolean;
  factors?: string;
  iterations?: string;
  testShare?: string;
}

interface JobView {
  id: string;
  state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  progressPct: number;
  step: string;
  error: string | null;
  log: string[];
  result: { release: { number: number; releaseId: string } | null } | null;
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
    .action(async (flags: TrainFlags) => {
      const api = createApiClient(loadCliEnv());
      const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
      const { jobId } = await api.post<{ jobId: string }>(`/v1/workspaces/${flags.workspace}/training-runs`, {
        publish: flags.publish,
        factors: number(flags.factors),
        iterations: number(flags.iterations),
        testSharePct: number(flags.testShare),
      });
      console.log(`training run ${jobId}`);
      if (flags.wait === true) await follow(api, flags.workspace, jobId);
    });
}

async function follow(api: ApiClient, workspace: string, jobId: string): Promise<void> {
  let shown = "";
  let logged = 0;
  for (;;) {
    const job = await api.get<JobView>(`/v1/workspaces/${workspace}/jobs/${jobId}`);
    for (const line of job.log.slice(logged)) console.log(`  ${line}`);
    logged = Math.max(logged, job.log.length);
    const line = `${String(job.progressPct).padStart(3)} %  ${job.step}`;
    if (line !== shown) console.log(line);
    shown = line;
    if (job.state === "failed" || job.state === "cancelled")
      throw new ApiCallError(`The training run ${job.state}: ${job.error ?? "no reason given"}`, 0);
    if (job.state === "succeeded") {
      const release = job.result?.release;
      console.log(
        release == null
          ? "done, nothing published"
          : `release ${release.number} published (${release.releaseId.slice(0, 12)})`,
      );
      return;
    }
    await sleep(500);
  }
}
