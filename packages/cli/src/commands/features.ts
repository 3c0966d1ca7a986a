import { createInterface } from "node:readline/promises";
import {
  type BackfillPlan,
  type BackfillResult,
  type FeatureView,
  formatFeatureViewYaml,
} from "@shortlist/contracts";
import type { Command } from "commander";
import { type ApiClient, createApiClient, ensureWorkspace } from "../apiClient";
import { loadCliEnv } from "../env";
import { formatBackfillPlan } from "../features/formatBackfill";
import { type Consumer, formatPlan, type Plan } from "../features/formatPlan";
import { type ReadView, readViews } from "../features/readViews";
import { followJob } from "../followJob";
import { InputError } from "../inputError";

interface WorkspaceFlag {
  workspace: string;
}
interface VersionAnswer {
  ref: string;
  version: number;
  view: FeatureView;
  createdBy: string;
  createdAt: string;
  retiredAt: string | null;
  batch: { end: string; rows: number | null } | null;
  freshness: { verdict: { state: string } };
}

/** Adds `shortlist features`: definitions in files, planned against what is published, and applied. */
export function registerFeatures(program: Command): void {
  const features = program
    .command("features")
    .description("feature views: plan, apply, list, show, backfill");
  const files = ["<file...>", "YAML files, or names of shipped views"] as const;
  const workspace = ["--workspace <slug>", "workspace"] as const;

  features
    .command("plan")
    .description("say what applying the definitions would do; fails when one is refused")
    .argument(...files)
    .requiredOption(...workspace)
    .action(async (paths: string[], flags: WorkspaceFlag) => {
      const views = await readViews(paths);
      await planViews(createApiClient(loadCliEnv()), flags.workspace, views);
    });

  features
    .command("apply")
    .description("publish the definitions, all or none")
    .argument(...files)
    .requiredOption(...workspace)
    .option("--yes", "publish without asking")
    .action(async (paths: string[], flags: WorkspaceFlag & { yes?: boolean }) => {
      const views = await readViews(paths);
      const api = createApiClient(loadCliEnv());
      await ensureWorkspace(api, flags.workspace);
      const plans = await planViews(api, flags.workspace, views);
      const n = plans.filter(({ action }) => action === "create" || action === "new_version").length;
      if (n === 0) return;
      if (flags.yes !== true) await requireYes(`Publish ${n} version${n === 1 ? "" : "s"}?`);
      const { published } = await api.put<{ published: string[] }>(viewsPath(flags.workspace), {
        views: views.map(({ definition }) => definition),
      });
      console.log(`published ${published.join(", ")}`);
    });

  features
    .command("list")
    .description("list feature views")
    .requiredOption(...workspace)
    .action(async (flags: WorkspaceFlag) => {
      const api = createApiClient(loadCliEnv());
      const { views } = await api.get<{ views: (VersionAnswer & { consumers: Consumer[] })[] }>(
        viewsPath(flags.workspace),
      );
      if (views.length === 0) {
        console.log(
          `No feature views yet. Publish one: shortlist features apply shopper_activity --workspace ${flags.workspace}`,
        );
        return;
      }
      for (const { ref, view, retiredAt, batch, freshness, consumers } of views)
        console.log(
          [
            ref.padEnd(32),
            view.entity.padEnd(13),
            view.mode.padEnd(7),
            `${view.features.length} features`.padEnd(12),
            `batch ${batch === null ? "none" : `until ${batch.end.slice(0, 10)}`}`.padEnd(24),
            `freshness ${freshness.verdict.state}`.padEnd(20),
            `${consumers.length} consumers`,
            retiredAt === null ? "" : "retired",
          ].join(" "),
        );
    });

  features
    .command("show")
    .description("print a published definition as YAML")
    .argument("<name>", "name of the view")
    .requiredOption(...workspace)
    .option("--version <n>", "version; the newest without")
    .action(async (name: string, flags: WorkspaceFlag & { version?: string }) => {
      const api = createApiClient(loadCliEnv());
      const { versions } = await api.get<{ versions: VersionAnswer[] }>(
        `${viewsPath(flags.workspace)}/${encodeURIComponent(name)}`,
      );
      const found =
        flags.version === undefined
          ? versions[0]
          : versions.find(({ version }) => version === Number(flags.version));
      if (found === undefined)
        throw new InputError(
          `${name} has no version ${flags.version}; it has ${versions.map(({ version }) => version).join(", ")}.`,
        );
      console.log(
        `# ${found.ref}, published ${found.createdAt} by ${found.createdBy}${found.retiredAt === null ? "" : `, retired ${found.retiredAt}`}`,
      );
      console.log(formatFeatureViewYaml(found.view).trimEnd());
    });

  features
    .command("backfill")
    .description("plan a backfill of a view's batch, show what it changes, and run it")
    .argument("<name>", "name of the view")
    .requiredOption(...workspace)
    .option("--version <n>", "version; the newest without")
    .option("--until <day>", "end of the batch, such as 2026-11-20 (midnight UTC); last midnight without")
    .option("--yes", "run without asking")
    .action(async (name: string, flags: BackfillFlags) => {
      const api = createApiClient(loadCliEnv());
      const root = `/v1/workspaces/${flags.workspace}`;
      const { id, jobId } = await api.post<{ id: string; jobId: string }>(
        `${viewsPath(flags.workspace)}/${encodeURIComponent(name)}/backfills`,
        {
          ...(flags.version === undefined ? {} : { version: Number(flags.version) }),
          ...(flags.until === undefined ? {} : { batchEnd: flags.until }),
        },
      );
      await followJob(api, { workspace: flags.workspace, id: jobId, what: "plan" });
      const planned = await api.get<BackfillAnswer>(`${root}/feature-backfills/${id}`);
      if (planned.plan === null) throw new InputError(`The backfill ${id} has no plan; see its job.`);
      console.log(formatBackfillPlan({ ...planned, plan: planned.plan }));
      if (flags.yes !== true) await requireYes("Run it?");
      const started = await api.post<{ jobId: string }>(`${root}/feature-backfills/${id}/start`, {});
      await followJob(api, { workspace: flags.workspace, id: started.jobId, what: "backfill" });
      const { result } = await api.get<BackfillAnswer>(`${root}/feature-backfills/${id}`);
      if (result !== null)
        console.log(
          `${result.rowsWritten.toLocaleString("en")} rows in ${result.seconds.toFixed(1)} s; readers use them now`,
        );
    });
}

interface BackfillFlags extends WorkspaceFlag {
  version?: string;
  until?: string;
  yes?: boolean;
}
interface BackfillAnswer {
  ref: string;
  batchEnd: string;
  plan: BackfillPlan | null;
  result: BackfillResult | null;
}

async function planViews(api: ApiClient, workspace: string, views: readonly ReadView[]): Promise<Plan[]> {
  const { plans } = await api.put<{ plans: Plan[] }>(viewsPath(workspace), {
    views: views.map(({ definition }) => definition),
    dryRun: true,
  });
  console.log(formatPlan(views, plans));
  if (plans.some(({ action }) => action === "refused"))
    throw new InputError("Mend what is refused; nothing was published.");
  return plans;
}

function viewsPath(workspace: string): string {
  return `/v1/workspaces/${workspace}/feature-views`;
}

async function requireYes(question: string): Promise<void> {
  if (!process.stdin.isTTY)
    throw new InputError(`${question} There is no one to ask here: look at the plan and add --yes.`);
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new InputError("Nothing was changed.");
}
