import { setTimeout as sleep } from "node:timers/promises";
import { ApiCallError, type ApiClient } from "./apiClient";

interface JobView<R> {
  readonly state: "queued" | "running" | "succeeded" | "failed" | "cancelled";
  readonly progressPct: number;
  readonly step: string;
  readonly error: string | null;
  readonly log: readonly string[];
  readonly result: R | null;
}

/** Prints a job's progress and log until it ends, and returns its result; throws when it failed or was cancelled. */
export async function followJob<R>(
  api: ApiClient,
  job: { workspace: string; id: string; what: string },
): Promise<R | null> {
  let shown = "";
  let logged = 0;
  for (;;) {
    const now = await api.get<JobView<R>>(`/v1/workspaces/${job.workspace}/jobs/${job.id}`);
    for (const line of now.log.slice(logged)) console.log(`  ${line}`);
    logged = Math.max(logged, now.log.length);
    const line = `${String(now.progressPct).padStart(3)} %  ${now.step}`;
    if (line !== shown) console.log(line);
    shown = line;
    if (now.state === "failed" || now.state === "cancelled")
      throw new ApiCallError(`The ${job.what} ${now.state}: ${now.error ?? "no reason given"}`, 0);
    if (now.state === "succeeded") return now.result;
    await sleep(500);
  }
}
