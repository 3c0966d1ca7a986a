import {
  describeReason,
  EVENT_RULES_DEFAULT,
  type QuarantineGroupKey,
  type RepairReceipt,
  type RepairStep,
} from "@shortlist/contracts";
import {
  computeRepairReceipt,
  countReleasedEvents,
  listQuarantineGroups,
  listQuarantineRows,
  type QuarantineCursor,
  type QuarantineRow,
  sampleQuarantineRows,
} from "@shortlist/lake";
import { parseDurationMs } from "@shortlist/ml";
import { AppError, pseudonymise } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { listLiveFeatureViews } from "../featureViews/liveService";
import { listImports } from "../imports/service";
import { createJob, getJob } from "../jobs/service";
import { findStepProblems, type RepairContext, repairRow } from "./repairRow";
import {
  createRepairRow,
  findRepairRow,
  listRepairRows,
  type RepairView,
  updateRepairRow,
} from "./repository";

// Events that were set aside: what there is, what a repair would make of it, and releasing it. Elsewhere: one row's
// repair (repairRow), the run itself (apps/api/src/quality), daily checks (checkService).

type ReadCtx = Pick<AppContext, "db" | "lake" | "env">;
type WriteCtx = ReadCtx & Pick<AppContext, "now" | "queue" | "logger">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

const GROUPS_MAX = 200;
/** Enough that a share is right within two or three points, and read in well under a second. */
const PREVIEW_ROWS = 2_000;
/** Rows shown before and after: half of them pass and half are still refused, when there are both. */
const PREVIEW_SHOWN = 20;

/** Groups of rows that were set aside, and for rows that cannot be repaired here the command that brings them again. */
export async function listGroups(ctx: ReadCtx, workspace: Workspace) {
  const groups = await listQuarantineGroups(await ctx.lake(), workspace.slug, GROUPS_MAX);
  const imports = await listImports(ctx, workspace.id);
  return groups.map((group) => ({
    ...group,
    meaning: describeReason(group.reason),
    firstSeenAt: new Date(group.firstSeenMs),
    lastSeenAt: new Date(group.lastSeenMs),
    import: findImport(group.origin, imports),
  }));
}

/** The import a group came from: `import-<first 16 digits of the file's hash>-<mapping>`. */
function findImport(
  origin: string,
  imports: readonly { fileName: string; fileSha256: string; mappingName: string }[],
) {
  const found = imports.find(
    ({ fileSha256, mappingName }) => origin === `import-${fileSha256.slice(0, 16)}-${mappingName}`,
  );
  return found === undefined ? null : { fileName: found.fileName, mappingName: found.mappingName };
}

export async function listRows(
  ctx: ReadCtx,
  workspace: Workspace,
  o: { group: QuarantineGroupKey; cursor: QuarantineCursor | null; limit: number },
): Promise<{ rows: QuarantineRow[]; nextCursor: QuarantineCursor | null }> {
  const rows = await listQuarantineRows(await ctx.lake(), workspace.slug, { ...o, limit: o.limit + 1 });
  const page = rows.slice(0, o.limit);
  const last = page.at(-1);
  const isMore = rows.length > o.limit && last !== undefined;
  return {
    rows: page,
    nextCursor: isMore ? { receivedAtMs: last.receivedAtMs, rowId: last.rowId } : null,
  };
}

/** What rules and ids a repair works with. A workspace has the default rules until it can set its own. */
export function createRepairContext(ctx: Pick<AppContext, "env">, workspace: Workspace): RepairContext {
  return {
    rules: EVENT_RULES_DEFAULT,
    isKnownItem: null,
    pseudonymOf: (kind, id) => pseudonymise(ctx.env.PSEUDONYM_KEY, workspace.slug, kind, id),
  };
}

/**
 * What the steps would do to the group: counts over a sample, some rows before and after. Nothing is written.
 *
 * @throws AppError `invalid_request` naming each step that cannot help
 */
export async function previewRepair(
  ctx: ReadCtx,
  workspace: Workspace,
  o: { group: QuarantineGroupKey; steps: readonly RepairStep[] },
) {
  requireSteps(o.steps);
  const context = createRepairContext(ctx, workspace);
  const { rows, total } = await sampleQuarantineRows(await ctx.lake(), workspace.slug, {
    group: o.group,
    limit: PREVIEW_ROWS,
  });
  const remaining: Record<string, number> = {};
  const items = new Set<string>();
  const shoppers = new Set<string>();
  let passed = 0;
  let firstMs = Number.POSITIVE_INFINITY;
  let lastMs = Number.NEGATIVE_INFINITY;
  const shown = rows.map((row) => {
    const { before, after, reasons, stored } = repairRow(row, o.steps, context);
    for (const reason of reasons) remaining[reason] = (remaining[reason] ?? 0) + 1;
    if (stored !== null) {
      passed++;
      shoppers.add(stored.shopper);
      if (stored.itemId !== null) items.add(stored.itemId);
      firstMs = Math.min(firstMs, stored.occurredAtMs);
      lastMs = Math.max(lastMs, stored.occurredAtMs);
    }
    return { rowId: row.rowId, before, after, reasons };
  });
  return {
    total,
    sampled: rows.length,
    passed,
    remaining,
    items: items.size,
    shoppers: shoppers.size,
    firstAt: Number.isFinite(firstMs) ? new Date(firstMs) : null,
    lastAt: Number.isFinite(lastMs) ? new Date(lastMs) : null,
    rows: [
      ...shown.filter(({ reasons }) => reasons.length === 0).slice(0, PREVIEW_SHOWN / 2),
      ...shown.filter(({ reasons }) => reasons.length > 0).slice(0, PREVIEW_SHOWN / 2),
    ],
  };
}

function requireSteps(steps: readonly RepairStep[]): void {
  const fields = findStepProblems(steps);
  if (fields.length > 0)
    throw new AppError("invalid_request", "repair steps", {
      publicDetail: "A step of the repair cannot help",
      fields,
    });
}

/** Starts releasing what a repair mends. Refused when nothing would pass, since it would change nothing. */
export async function startReplay(
  ctx: WriteCtx,
  workspace: Workspace,
  o: { group: QuarantineGroupKey; steps: RepairStep[]; note: string; createdBy: string },
): Promise<{ repairId: string; jobId: string }> {
  const preview = await previewRepair(ctx, workspace, o);
  if (preview.passed === 0)
    throw new AppError("conflict", "no row would pass", {
      publicDetail:
        preview.total === 0
          ? "The group has no open row that can be repaired"
          : `Of ${preview.sampled} rows none would pass: ${Object.keys(preview.remaining).join(", ")} remain`,
    });
  const { group, steps, note, createdBy } = o;
  const workspaceId = workspace.id;
  const row = { workspaceId, group, steps, note, createdBy, createdAt: ctx.now() };
  const { id: repairId } = await createRepairRow(ctx.db, row);
  const { jobId } = await createJob(ctx, workspaceId, {
    name: "quality.replay",
    payload: { repairId },
    createdBy,
  });
  await updateRepairRow(ctx.db, { workspaceId, id: repairId }, { jobId });
  return { repairId, jobId };
}

/** A repair and how far its job is. */
export async function getRepair(ctx: Pick<AppContext, "db" | "now">, workspaceId: string, id: string) {
  const row = await findRepairRow(ctx.db, workspaceId, id);
  if (row === null)
    throw new AppError("not_found", `no repair ${id}`, {
      publicDetail: "There is no such repair in this workspace",
    });
  return { ...row, job: await findJob(ctx, workspaceId, row) };
}

async function findJob(ctx: Pick<AppContext, "db" | "now">, workspaceId: string, { jobId }: RepairView) {
  if (jobId === null) return null;
  const { state, progressPct, step, error } = await getJob(ctx, workspaceId, jobId);
  return { id: jobId, state, progressPct, step, error };
}

export async function listRepairs(ctx: Pick<AppContext, "db">, workspaceId: string) {
  return listRepairRows(ctx.db, workspaceId, 50);
}

/** What a finished repair changed, with the feature views that its events belong to. */
export async function computeReceipt(
  ctx: Pick<AppContext, "db" | "lake" | "now">,
  workspace: Workspace,
  repairId: string,
): Promise<RepairReceipt> {
  const lake = await ctx.lake();
  const receipt = await computeRepairReceipt(lake, workspace.slug, repairId);
  const nowMs = ctx.now().getTime();
  const views: RepairReceipt["views"] = [];
  for (const { view } of await listLiveFeatureViews(ctx.db, workspace.id, [])) {
    // The stream forgets which events it has seen after twice the allowed lateness, and refuses older ones.
    const { events, before } = await countReleasedEvents(lake, workspace.slug, {
      repairId,
      view,
      beforeMs: nowMs - 2 * parseDurationMs(view.allowedLateness),
    });
    if (events > 0)
      views.push({
        ref: `${view.name}@${view.version}`,
        name: view.name,
        folded: events - before,
        needBackfill: before,
      });
  }
  return { ...receipt, views };
}
