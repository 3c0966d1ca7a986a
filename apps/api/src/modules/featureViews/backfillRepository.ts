import {
  BackfillCheckpoint,
  BackfillPlan,
  BackfillResult,
  type FeatureBackfillState,
  FeatureView,
} from "@shortlist/contracts";
import { type Db, Prisma, type Tx } from "@shortlist/db";

const WITH_JOB = {
  job: { select: { id: true, state: true, progressPct: true, step: true, error: true } },
  viewVersion: true,
} as const;

/** A backfill with the version it is for and the job that plans or runs it. */
export type BackfillRow = Awaited<ReturnType<typeof listBackfillRows>>[number];

export async function listBackfillRows(
  db: Pick<Db, "featureBackfill">,
  workspaceId: string,
  filter: { name?: string; limit: number },
) {
  const rows = await db.featureBackfill.findMany({
    where: {
      workspaceId,
      ...(filter.name === undefined ? {} : { viewVersion: { name: filter.name } }),
    },
    orderBy: { createdAt: "desc" },
    take: filter.limit,
    include: WITH_JOB,
  });
  return rows.map(toRow);
}

export async function findBackfillRow(
  db: Pick<Db, "featureBackfill">,
  workspaceId: string,
  id: string,
): Promise<BackfillRow | null> {
  const row = await db.featureBackfill.findFirst({ where: { workspaceId, id }, include: WITH_JOB });
  return row === null ? null : toRow(row);
}

function toRow(row: Prisma.FeatureBackfillGetPayload<{ include: typeof WITH_JOB }>) {
  const { plan, checkpoint, result, viewVersion, ...rest } = row;
  const { definition, ...version } = viewVersion;
  return {
    ...rest,
    plan: plan === null ? null : BackfillPlan.parse(plan),
    checkpoint: checkpoint === null ? null : BackfillCheckpoint.parse(checkpoint),
    result: result === null ? null : BackfillResult.parse(result),
    version: { ...version, view: FeatureView.parse(definition) },
  };
}

export function createBackfillRow(
  tx: Pick<Tx, "featureBackfill">,
  o: {
    workspaceId: string;
    viewVersionId: string;
    state: FeatureBackfillState;
    generation: string;
    batchEnd: Date;
    now: Date;
    createdBy: string;
  },
) {
  const { now, ...data } = o;
  return tx.featureBackfill.create({ data: { ...data, knownBy: now, createdAt: now } });
}

/** Moves a backfill from one state to another; false when it is not in that state (any more). */
export async function updateBackfill(
  db: Pick<Tx, "featureBackfill">,
  at: { workspaceId: string; id: string; from: readonly FeatureBackfillState[] },
  data: Prisma.FeatureBackfillUncheckedUpdateManyInput,
): Promise<boolean> {
  const { count } = await db.featureBackfill.updateMany({
    where: { id: at.id, workspaceId: at.workspaceId, state: { in: [...at.from] } },
    data,
  });
  return count === 1;
}

export async function updateCheckpoint(
  db: Pick<Db, "featureBackfill">,
  at: { workspaceId: string; id: string },
  checkpoint: BackfillCheckpoint | null,
): Promise<void> {
  await db.featureBackfill.updateMany({
    where: { ...at, state: "running" },
    data: { checkpoint: checkpoint ?? Prisma.DbNull },
  });
}

/** Backfills of a version whose job waits or runs now, but for one. */
export function countRunning(
  db: Pick<Tx, "featureBackfill">,
  o: { workspaceId: string; viewVersionId: string; exceptId: string },
): Promise<number> {
  return db.featureBackfill.count({
    where: {
      workspaceId: o.workspaceId,
      viewVersionId: o.viewVersionId,
      id: { not: o.exceptId },
      state: "running",
      job: { state: { in: ["queued", "running"] } },
    },
  });
}
