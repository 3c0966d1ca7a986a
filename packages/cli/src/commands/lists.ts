import { SURFACES } from "@shortlist/contracts";
import type { Command } from "commander";
import { createApiClient } from "../apiClient";
import { loadCliEnv } from "../env";
import { followJob } from "../followJob";

interface PrecomputeFlags {
  workspace: string;
  surface: string;
  days: string;
  all?: boolean;
}

interface ListsResult {
  readonly shoppers: number;
  readonly written: number;
  readonly renewed: number;
  readonly bytes: number;
  readonly skipped: Readonly<Record<string, number>>;
}

/** Adds `shortlist lists`: computing shoppers' lists ahead. */
export function registerLists(program: Command): void {
  program
    .command("lists")
    .description("lists of shoppers that are computed ahead")
    .command("precompute")
    .description("compute the lists of a surface for the shoppers who were active lately")
    .requiredOption("--workspace <slug>", "workspace")
    .requiredOption("--surface <name>", `surface: ${SURFACES.join(", ")}`)
    .option("--days <n>", "shoppers who did something within so many days", "30")
    .option("--all", "also those for whom nothing has happened since the last run")
    .action(async (flags: PrecomputeFlags) => {
      const api = createApiClient(loadCliEnv());
      const { jobId } = await api.post<{ jobId: string }>(`/v1/workspaces/${flags.workspace}/lists`, {
        surface: flags.surface,
        activeDays: Number(flags.days),
        all: flags.all === true,
      });
      const job = { workspace: flags.workspace, id: jobId, what: "computing of lists" };
      const result = (await followJob<ListsResult>(api, job))!;
      const skipped = Object.entries(result.skipped).map(([reason, count]) => `, ${count} ${reason}`);
      console.log(
        `${result.shoppers} shoppers: ${result.written} lists computed, ${result.renewed} renewed${skipped.join("")}`,
      );
    });
}
