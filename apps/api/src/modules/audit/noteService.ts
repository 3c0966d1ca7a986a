import type { AuditKind } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";

/**
 * Writes down a change that leaves no row of its own: something deleted, revoked or renamed. In the transaction of the
 * change, so that neither is there without the other.
 */
export async function noteChange(
  tx: Pick<Db | Tx, "auditNote">,
  workspaceId: string,
  note: { kind: AuditKind; actor: string; what: string; reason?: string; path?: string | null },
): Promise<void> {
  await tx.auditNote.create({ data: { workspaceId, ...note } });
}
