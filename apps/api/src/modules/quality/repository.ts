import {
  type QualityCheckName,
  type QualityState,
  QuarantineGroupKey,
  RepairCheckpoint,
  RepairReceipt,
  RepairSteps,
} from "@shortlist/contracts";
import type { Db } from "@shortlist/db";

export interface RepairRowInput {
  readonly workspaceId: string;
  readonly group: QuarantineGroupKey;
  readonly steps: RepairSteps;
  readonly note: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export async function createRepairRow(db: Db, row: RepairRowInput): Promise<{ id: string }> {
  return db.qualityRepair.create({ data: row, select: { id: true } });
}

export async function updateRepairRow(
  db: Db,
  at: { workspaceId: string; id: string },
  data: { jobId?: string; checkpoint?: RepairCheckpoint; receipt?: RepairReceipt; endedAt?: Date },
): Promise<void> {
  await db.qualityRepair.updateMany({ where: at, data });
}

export async function findRepairRow(db: Db, workspaceId: string, id: string) {
  const row = await db.qualityRepair.findFirst({ where: { workspaceId, id } });
  return row === null ? null : parseRepair(row);
}

export async function listRepairRows(db: Db, workspaceId: string, limit: number) {
  const rows = await db.qualityRepair.findMany({
    where: { workspaceId },
    orderBy: { createdAt: "desc" },
    take: limit,
  });
  return rows.map(parseRepair);
}
export type RepairView = ReturnType<typeof parseRepair>;

function parseRepair(row: {
  id: string;
  group: unknown;
  steps: unknown;
  note: string;
  jobId: string | null;
  createdBy: string;
  createdAt: Date;
  endedAt: Date | null;
  checkpoint: unknown;
  receipt: unknown;
}) {
  return {
    id: row.id,
    group: QuarantineGroupKey.parse(row.group),
    steps: RepairSteps.parse(row.steps),
    note: row.note,
    jobId: row.jobId,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    endedAt: row.endedAt,
    checkpoint: row.checkpoint === null ? null : RepairCheckpoint.parse(row.checkpoint),
    receipt: row.receipt === null ? null : RepairReceipt.parse(row.receipt),
  };
}

export interface CheckRow {
  readonly day: string;
  readonly check: QualityCheckName;
  readonly state: QualityState;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  readonly sentence: string;
}

/** Replaces the checks of the given days. */
export async function replaceCheckRows(
  db: Db,
  workspaceId: string,
  o: { days: readonly string[]; rows: readonly CheckRow[]; now: Date },
): Promise<void> {
  await db.$transaction([
    db.qualityCheck.deleteMany({ where: { workspaceId, day: { in: [...o.days] } } }),
    db.qualityCheck.createMany({
      data: o.rows.map((row) => ({ ...row, workspaceId, computedAt: o.now })),
    }),
  ]);
}

/** Checks of days from `fromDay` to `toDay`, both included, oldest first. */
export async function listCheckRows(
  db: Db,
  workspaceId: string,
  o: { fromDay: string; toDay: string },
): Promise<(CheckRow & { computedAt: Date })[]> {
  const rows = await db.qualityCheck.findMany({
    where: { workspaceId, day: { gte: o.fromDay, lte: o.toDay } },
    orderBy: [{ day: "asc" }, { check: "asc" }],
    omit: { workspaceId: true },
  });
  return rows as (CheckRow & { computedAt: Date })[];
}

/** The last day that was checked; null before the first run. */
export async function findLastCheckedDay(db: Db, workspaceId: string): Promise<string | null> {
  const row = await db.qualityCheck.findFirst({
    where: { workspaceId },
    orderBy: { day: "desc" },
    select: { day: true },
  });
  return row?.day ?? null;
}

export async function listClosedDays(db: Db, workspaceId: string) {
  return db.closedDay.findMany({
    where: { workspaceId },
    orderBy: { day: "desc" },
    omit: { workspaceId: true },
  });
}

export async function setClosedDay(
  db: Db,
  workspaceId: string,
  o: { day: string; closed: boolean; note: string; createdBy: string },
): Promise<void> {
  const { day, note, createdBy } = o;
  if (!o.closed) await db.closedDay.deleteMany({ where: { workspaceId, day } });
  else
    await db.closedDay.upsert({
      where: { workspaceId_day: { workspaceId, day } },
      create: { workspaceId, day, note, createdBy },
      update: { note, createdBy },
    });
}
