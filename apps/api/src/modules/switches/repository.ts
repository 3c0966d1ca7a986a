import { SurfaceSwitches, SWITCH_TARGETS } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import * as z from "zod";

export type SwitchTarget = (typeof SWITCH_TARGETS)[number];
const Target = z.enum(SWITCH_TARGETS);

export interface SwitchRow {
  readonly target: SwitchTarget;
  readonly switches: SurfaceSwitches;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

type Reader = Pick<Db | Tx, "switchChange">;

/** The newest row of every target that was ever changed. Ids grow with time and tell rows of one millisecond apart. */
export async function listNewestSwitchRows(db: Reader, workspaceId: string): Promise<SwitchRow[]> {
  const rows = await db.switchChange.findMany({
    where: { workspaceId },
    orderBy: [{ target: "asc" }, { createdAt: "desc" }, { id: "desc" }],
    distinct: ["target"],
  });
  return rows.map(toRow);
}

/** Newest first. */
export async function listSwitchRows(db: Reader, workspaceId: string, limit: number): Promise<SwitchRow[]> {
  const rows = await db.switchChange.findMany({
    where: { workspaceId },
    orderBy: [{ createdAt: "desc" }, { id: "desc" }],
    take: limit,
  });
  return rows.map(toRow);
}

export async function createSwitchRow(db: Reader, workspaceId: string, row: SwitchRow): Promise<void> {
  await db.switchChange.create({ data: { workspaceId, ...row } });
}

function toRow(row: {
  target: string;
  switches: unknown;
  reason: string;
  createdBy: string;
  createdAt: Date;
}): SwitchRow {
  const { reason, createdBy, createdAt } = row;
  return {
    target: Target.parse(row.target),
    switches: SurfaceSwitches.parse(row.switches),
    reason,
    createdBy,
    createdAt,
  };
}
