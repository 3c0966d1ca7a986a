import {
  decideFreshness,
  type FieldProblem,
  type FreshnessVerdict,
  formatFeatureViewYaml,
} from "@shortlist/contracts";
import { hashFeatureView } from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { bumpControlRevision, publishControlDocument } from "../releases/service";
import { type Consumer, computeConsumers, findRetireProblem, planApply, type ViewPlan } from "./decide";
import { diffViews } from "./diff";
import {
  createVersionRow,
  listVersionRows,
  loadBatches,
  loadFreshness,
  loadReaders,
  updateRetired,
  type VersionRow,
} from "./repository";
import { type FeatureTrouble, listFeatureTrouble } from "./troubleDecide";

// Published views: what there is, who reads it, and how it changes. Elsewhere: what a draft would compute
// (previewService), batches (backfillService), what replicas are told (liveService).

type ReadCtx = Pick<AppContext, "db" | "redis" | "now">;
type Workspace = { readonly id: string; readonly slug: string };
type WriteCtx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "now">;

/** The newest version of every view, with its readers. A view whose every version is retired is listed too. */
export async function listFeatureViews(ctx: ReadCtx, workspace: Workspace) {
  const [rows, readers] = await Promise.all([
    listVersionRows(ctx.db, workspace.id),
    loadReaders(ctx.db, workspace.id),
  ]);
  const described = await describeVersions(ctx, workspace, rows);
  return described
    .filter((row, i) => described[i - 1]?.name !== row.name)
    .map((row) => {
      const versions = rows.filter((each) => each.name === row.name);
      return {
        ...row,
        nVersions: versions.length,
        nLive: versions.filter((each) => each.retiredAt === null).length,
        consumers: computeConsumers(row.name, readers),
      };
    });
}

/** One view: its versions, newest first, each with what it changed; and who reads it. */
export async function getFeatureView(ctx: ReadCtx, workspace: Workspace, name: string) {
  const [rows, readers] = await Promise.all([
    listVersionRows(ctx.db, workspace.id, name),
    loadReaders(ctx.db, workspace.id),
  ]);
  if (rows.length === 0) throw noView(name);
  const described = await describeVersions(ctx, workspace, rows);
  return {
    name,
    versions: described.map((row, i) => {
      const before = described[i + 1];
      return {
        ...row,
        yaml: formatFeatureViewYaml(row.view),
        changes: before === undefined ? [] : diffViews(before.view, row.view),
      };
    }),
    consumers: computeConsumers(name, readers),
  };
}

/** One published version. */
export async function getViewVersion(
  ctx: Pick<AppContext, "db">,
  workspaceId: string,
  at: { name: string; version?: number | undefined },
): Promise<VersionRow> {
  const rows = await listVersionRows(ctx.db, workspaceId, at.name);
  const row = at.version === undefined ? rows[0] : rows.find(({ version }) => version === at.version);
  if (row === undefined) throw noView(at.version === undefined ? at.name : `${at.name}@${at.version}`);
  return row;
}

export interface ApplyOutcome {
  readonly plans: readonly (ViewPlan & { readonly consumers: readonly Consumer[] })[];
  /** Refs of the versions that were published by this call. */
  readonly published: readonly string[];
}

/**
 * Publishes definitions, all or none: one that is refused keeps the others from being published, so that views that
 * belong together never go out in part. What is published already and unchanged stays as it is.
 *
 * @throws AppError `invalid_request` naming every wrong field, `views.<i>.<field>`, unless it is a dry run
 */
export async function applyFeatureViews(
  ctx: WriteCtx,
  workspaceId: string,
  o: { views: readonly unknown[]; dryRun: boolean; actor: string },
): Promise<ApplyOutcome> {
  const readers = await loadReaders(ctx.db, workspaceId);
  const withConsumers = (plans: readonly ViewPlan[]) =>
    plans.map((plan) => ({
      ...plan,
      consumers: plan.name === null ? [] : computeConsumers(plan.name, readers),
    }));
  if (o.dryRun) {
    const rows = await listVersionRows(ctx.db, workspaceId);
    return {
      plans: withConsumers(
        planApply(
          rows.map(({ view }) => view),
          o.views,
        ),
      ),
      published: [],
    };
  }
  const outcome = await ctx.db.$transaction(async (tx) => {
    // The workspace's row lock: the plan is made of what is published when it is written.
    await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspaceId} FOR UPDATE`;
    const rows = await listVersionRows(tx, workspaceId);
    const plans = planApply(
      rows.map(({ view }) => view),
      o.views,
    );
    requireAllAccepted(plans);
    const published: string[] = [];
    for (const plan of plans) {
      if (plan.action !== "create" && plan.action !== "new_version") continue;
      const { view } = plan;
      await createVersionRow(tx, workspaceId, {
        view,
        hash: hashFeatureView(view),
        createdBy: o.actor,
        now: ctx.now(),
      });
      published.push(`${view.name}@${view.version}`);
    }
    if (published.length > 0) await bumpControlRevision(tx, workspaceId);
    return { plans: withConsumers(plans), published };
  });
  if (outcome.published.length > 0) await publishControlDocument(ctx, workspaceId);
  return outcome;
}

function requireAllAccepted(plans: readonly ViewPlan[]): void {
  const fields = plans.flatMap((plan, i): FieldProblem[] =>
    plan.action === "refused"
      ? plan.problems.map(({ field, problem }) => ({ field: `views.${i}.${field}`, problem }))
      : [],
  );
  if (fields.length > 0)
    throw new AppError("invalid_request", "a feature view was refused", {
      publicDetail: "A feature view does not check out; nothing was published",
      fields,
    });
}

/** Stops folding and serving a version, or starts again. Refused while a model of the current release reads it. */
export async function setRetired(
  ctx: WriteCtx,
  workspaceId: string,
  o: { name: string; version: number; retired: boolean; actor: string },
): Promise<{ changed: boolean }> {
  const row = await getViewVersion(ctx, workspaceId, o);
  const problem = o.retired
    ? findRetireProblem(row.version, computeConsumers(row.name, await loadReaders(ctx.db, workspaceId)))
    : null;
  if (problem !== null)
    throw new AppError("conflict", `${o.name}@${o.version} is read`, { publicDetail: problem });
  const changed = await ctx.db.$transaction(async (tx) => {
    const { name, version } = row;
    const isChanged = await updateRetired(tx, workspaceId, {
      name,
      version,
      retiredAt: o.retired ? ctx.now() : null,
      retiredBy: o.retired ? o.actor : null,
    });
    if (isChanged) await bumpControlRevision(tx, workspaceId);
    return isChanged;
  });
  if (changed) await publishControlDocument(ctx, workspaceId);
  return { changed };
}

/** What of the views a person has to look at now. */
export async function findFeatureTrouble(
  ctx: ReadCtx & Pick<AppContext, "lake">,
  workspace: Workspace,
): Promise<FeatureTrouble[]> {
  const rows = await listVersionRows(ctx.db, workspace.id);
  if (rows.length === 0) return [];
  const [views, lake] = await Promise.all([describeVersions(ctx, workspace, rows), ctx.lake()]);
  const hasEvents = await lake.hasRows(workspace.slug, "events");
  return listFeatureTrouble(views, { hasEvents, nowMs: ctx.now().getTime() });
}

/** Versions as lists and pages show them: with their batch, and how fresh the stream keeps them. */
async function describeVersions(ctx: ReadCtx, workspace: Workspace, rows: readonly VersionRow[]) {
  const generations = rows.flatMap(({ batchGeneration }) => batchGeneration ?? []);
  const [batches, measured] = await Promise.all([
    loadBatches(ctx.db, workspace.id, generations),
    loadFreshness(ctx.redis, workspace.slug),
  ]);
  const nowMs = ctx.now().getTime();
  return rows.map(({ owner: _inView, batchGeneration, batchEnd, ...row }) => {
    const ref = `${row.name}@${row.version}`;
    const freshness = measured?.get(ref) ?? null;
    const { mode, freshnessObjectiveSeconds: objectiveSeconds } = row.view;
    const verdict: FreshnessVerdict =
      measured === null
        ? { state: "no_data", sentence: "No data: Redis does not answer." }
        : row.retiredAt !== null
          ? { state: "no_data", sentence: "Retired: it is not computed any more." }
          : decideFreshness(freshness, { objectiveSeconds, mode, nowMs });
    return {
      ...row,
      ref,
      batch:
        batchGeneration === null || batchEnd === null
          ? null
          : {
              generation: batchGeneration,
              end: batchEnd,
              rows: batches.get(batchGeneration)?.rows ?? null,
              bytes: batches.get(batchGeneration)?.bytes ?? null,
              isBehindImport: batches.get(batchGeneration)?.isBehindImport ?? false,
            },
      freshness: { measured: freshness, verdict },
    };
  });
}

function noView(ref: string): AppError {
  return new AppError("not_found", `no feature view ${ref}`, {
    publicDetail: `There is no feature view ${ref} in this workspace`,
  });
}
