import type { AuditKind } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { listAuditRows } from "./repository";

const PAGE = 50;

/** Who changed what, when and why, newest first; a page at a time (P2). */
export async function listAuditEvents(
  { db }: Pick<AppContext, "db">,
  workspaceId: string,
  o: { kind: AuditKind | null; actor: string | null; cursor: string | null },
) {
  const rows = await listAuditRows(db, workspaceId, {
    kind: o.kind,
    actor: o.actor,
    before: o.cursor === null ? null : readCursor(o.cursor),
    limit: PAGE + 1,
  });
  const events = rows.slice(0, PAGE);
  const last = events.at(-1);
  return {
    events,
    nextCursor: rows.length > PAGE && last !== undefined ? `${last.at.toISOString()} ${last.id}` : null,
  };
}

function readCursor(cursor: string): { at: Date; id: string } {
  const space = cursor.indexOf(" ");
  const at = new Date(cursor.slice(0, space));
  if (space < 0 || Number.isNaN(at.getTime()))
    throw new AppError("invalid_request", "audit cursor", {
      fields: [{ field: "cursor", problem: "is not one that a page of the audit gave" }],
    });
  return { at, id: cursor.slice(space + 1) };
}
