import { RolloutAction, RolloutPlan, RolloutState } from "@shortlist/contracts";
import { type Db, Prisma, type Tx } from "@shortlist/db";
import type { GuardrailVerdict } from "./assessment";
import { JUDGE_VERSION } from "./judgeVersion";

/** Ten hours by the minute: what a chart can show. */
const CHECKS_MAX = 600;

type Reader = Pick<Db | Tx, "rollout">;

export interface RolloutRow {
  readonly id: string;
  readonly workspaceId: string;
  readonly number: number;
  readonly candidateReleaseId: string;
  readonly stableReleaseId: string;
  readonly plan: RolloutPlan;
  readonly note: string;
  readonly state: RolloutState;
  readonly sequence: number;
  readonly counted: unknown;
  readonly latest: unknown;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly endedAt: Date | null;
}

/** An entry of the ledger as it is written. */
export interface Transition {
  readonly action: RolloutAction;
  readonly actor: string;
  readonly isRobot: boolean;
  readonly reason: string;
  readonly next: RolloutState;
  /** What it rests on; absent for what people do. */
  readonly evidence?: { readonly inputs: object; readonly verdicts: object };
}

export async function findRolloutRow(
  db: Reader,
  workspaceId: string,
  by: { id: string } | { number: number } | { runningIn: string },
): Promise<RolloutRow | null> {
  const row = await db.rollout.findFirst({ where: { workspaceId, ...by } });
  return row === null ? null : toRow(row);
}

/** Newest first. */
export async function listRolloutRows(db: Reader, workspaceId: string, limit: number): Promise<RolloutRow[]> {
  const rows = await db.rollout.findMany({
    where: { workspaceId },
    orderBy: { number: "desc" },
    take: limit,
  });
  return rows.map(toRow);
}

/** Of all workspaces: those that run, and those that ended lately, whose end replicas may not have been told of. */
export async function listControlledRows(db: Reader, endedSince: Date): Promise<RolloutRow[]> {
  const rows = await db.rollout.findMany({
    where: { OR: [{ runningIn: { not: null } }, { endedAt: { gte: endedSince } }] },
    orderBy: { createdAt: "asc" },
  });
  return rows.map(toRow);
}

export async function listDecisionRows(
  db: Pick<Db | Tx, "rolloutDecision">,
  { workspaceId, rolloutId, limit }: { workspaceId: string; rolloutId: string; limit: number },
) {
  const rows = await db.rolloutDecision.findMany({
    where: { workspaceId, rolloutId },
    orderBy: { sequence: "desc" },
    take: limit,
  });
  return rows.map((row) => ({
    ...row,
    action: RolloutAction.parse(row.action),
    before: row.before === null ? null : RolloutState.parse(row.before),
    after: RolloutState.parse(row.after),
  }));
}

/** One line a metric: what the judge said at the end of each minute, oldest first. */
export async function listCheckRows(
  db: Pick<Db, "rolloutCheck">,
  { workspaceId, rolloutId }: { workspaceId: string; rolloutId: string },
) {
  const rows = await db.rolloutCheck.findMany({
    where: { workspaceId, rolloutId },
    orderBy: { minute: "desc" },
    take: CHECKS_MAX,
  });
  return rows.reverse().map(({ minute, stepIndex, verdicts }) => ({
    at: new Date(minute * 60_000),
    stepIndex,
    verdicts: verdicts as unknown as GuardrailVerdict[],
  }));
}

/** The workspace is locked, so that numbers have no gaps. */
export async function createRolloutRow(
  tx: Tx,
  o: Omit<RolloutRow, "id" | "number" | "sequence" | "counted" | "latest" | "endedAt"> & {
    controlRevision: number;
  },
): Promise<RolloutRow> {
  const { controlRevision, ...data } = o;
  const last = await tx.rollout.findFirst({
    where: { workspaceId: data.workspaceId },
    orderBy: { number: "desc" },
    select: { number: true },
  });
  const created = await tx.rollout.create({
    data: { ...data, number: (last?.number ?? 0) + 1, runningIn: data.workspaceId },
  });
  const row = toRow(created);
  await writeTransition(tx, row, {
    transition: {
      action: "create",
      actor: data.createdBy,
      isRobot: false,
      reason: data.note,
      next: data.state,
    },
    at: data.createdAt,
    controlRevision,
    isEnded: false,
  });
  return row;
}

/** An entry with what it rested on; null when there is no such entry, or it was a person's and rested on nothing. */
export async function findEvidenceRow(
  db: Pick<Db, "rolloutDecision">,
  at: { workspaceId: string; rolloutId: string; sequence: number },
) {
  const row = await db.rolloutDecision.findFirst({ where: at });
  if (row === null || row.inputs === null || row.before === null) return null;
  const { action, reason, inputs, verdicts, judgeVersion } = row;
  return { action, reason, inputs, verdicts, judgeVersion, before: RolloutState.parse(row.before) };
}

/** Orders everything that changes what the workspace's replicas get. */
export async function lockWorkspaceRow(tx: Tx, workspaceId: string): Promise<void> {
  await tx.$queryRaw`SELECT id FROM "Workspace" WHERE id = ${workspaceId} FOR UPDATE`;
}

/** The state and its entry in the ledger, together. The workspace is locked and the revision already counted up. */
export async function writeTransition(
  tx: Tx,
  row: RolloutRow,
  o: { transition: Transition; at: Date; controlRevision: number; isEnded: boolean },
): Promise<void> {
  const { transition, at } = o;
  const sequence = row.sequence + 1;
  const { action, actor, isRobot, reason, next, evidence } = transition;
  await tx.rolloutDecision.create({
    data: {
      workspaceId: row.workspaceId,
      rolloutId: row.id,
      sequence,
      at,
      action,
      actor,
      isRobot,
      reason,
      before: row.sequence === 0 ? Prisma.DbNull : row.state,
      after: next,
      inputs: evidence?.inputs ?? Prisma.DbNull,
      verdicts: evidence?.verdicts ?? Prisma.DbNull,
      judgeVersion: JUDGE_VERSION,
      controlRevision: o.controlRevision,
    },
  });
  await tx.rollout.update({
    where: { id: row.id },
    data: { state: next, sequence, ...(o.isEnded ? { runningIn: null, endedAt: at } : {}) },
  });
}

/** What a look found. Not a decision: it may be written over, and only by one who saw the newest state. */
export async function writeCheck(
  db: Pick<Db, "rollout" | "rolloutCheck">,
  row: RolloutRow,
  o: { at: Date; latest: object; verdicts: readonly object[]; counted: object | null },
): Promise<void> {
  const { count } = await db.rollout.updateMany({
    where: { id: row.id, sequence: row.sequence },
    data: { latest: o.latest, ...(o.counted === null ? {} : { counted: o.counted }) },
  });
  if (count === 0 || o.verdicts.length === 0) return;
  const minute = Math.floor(o.at.getTime() / 60_000);
  const check = { stepIndex: row.state.stepIndex, verdicts: [...o.verdicts] };
  await db.rolloutCheck.upsert({
    where: { rolloutId_minute: { rolloutId: row.id, minute } },
    create: { workspaceId: row.workspaceId, rolloutId: row.id, minute, ...check },
    update: check,
  });
}

function toRow(row: {
  id: string;
  workspaceId: string;
  number: number;
  candidateReleaseId: string;
  stableReleaseId: string;
  plan: unknown;
  note: string;
  state: unknown;
  sequence: number;
  counted: unknown;
  latest: unknown;
  createdBy: string;
  createdAt: Date;
  endedAt: Date | null;
}): RolloutRow {
  return { ...row, plan: RolloutPlan.parse(row.plan), state: RolloutState.parse(row.state) };
}
