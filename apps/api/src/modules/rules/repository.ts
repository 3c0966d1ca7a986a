import { RuleDefinition } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";

/** One revision of a rule; the newest one is what holds. */
export interface RevisionRow {
  readonly ruleId: string;
  readonly revision: number;
  readonly definition: RuleDefinition;
  readonly isEnabled: boolean;
  readonly isDeleted: boolean;
  readonly reason: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

type Reader = Pick<Db | Tx, "ruleRevision">;

/** The newest revision of every rule, deleted ones too. */
export async function listNewestRows(db: Reader, workspaceId: string): Promise<RevisionRow[]> {
  const rows = await db.ruleRevision.findMany({
    where: { workspaceId },
    orderBy: [{ ruleId: "asc" }, { revision: "desc" }],
    distinct: ["ruleId"],
  });
  return rows.map(toRow);
}

/** All revisions of a rule, newest first. */
export async function listRevisionRows(
  db: Reader,
  workspaceId: string,
  ruleId: string,
): Promise<RevisionRow[]> {
  const rows = await db.ruleRevision.findMany({
    where: { workspaceId, ruleId },
    orderBy: { revision: "desc" },
  });
  return rows.map(toRow);
}

/** Revisions by rule and number; one that is not there is left out. */
export async function listRevisionRowsAt(
  db: Reader,
  workspaceId: string,
  refs: readonly { readonly ruleId: string; readonly revision: number }[],
): Promise<RevisionRow[]> {
  if (refs.length === 0) return [];
  const rows = await db.ruleRevision.findMany({
    where: { workspaceId, OR: refs.map((ref) => ({ ...ref })) },
  });
  return rows.map(toRow);
}

export async function createRevisionRow(
  db: Reader,
  workspaceId: string,
  row: Omit<RevisionRow, "createdAt"> & { createdAt: Date },
): Promise<void> {
  await db.ruleRevision.create({ data: { workspaceId, ...row } });
}

function toRow(row: {
  ruleId: string;
  revision: number;
  definition: unknown;
  isEnabled: boolean;
  isDeleted: boolean;
  reason: string;
  createdBy: string;
  createdAt: Date;
}): RevisionRow {
  const { ruleId, revision, isEnabled, isDeleted, reason, createdBy, createdAt } = row;
  const definition = RuleDefinition.parse(row.definition);
  return { ruleId, revision, definition, isEnabled, isDeleted, reason, createdBy, createdAt };
}
