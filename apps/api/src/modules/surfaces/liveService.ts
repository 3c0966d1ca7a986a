import { HeldSettings, type SettingsBySurface } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import { AppError } from "@shortlist/platform";
import { createSurfaceRow, listNewestSurfaceRows, listSurfaceRows } from "./repository";

type Reader = Pick<Db | Tx, "surfaceRevision">;

/** What releases are made with: the settings that were stored, and a text that changes when any of them does. */
export async function readSurfaceSettings(
  db: Reader,
  workspaceId: string,
): Promise<{ settings: SettingsBySurface; revisions: string }> {
  const rows = await listNewestSurfaceRows(db, workspaceId);
  const settings: SettingsBySurface = {};
  for (const { surface, settings: held } of rows) if (held !== null) settings[surface] = held;
  return { settings, revisions: rows.map(({ surface, revision }) => `${surface}@${revision}`).join(",") };
}

/** @throws AppError `conflict` for a candidate whose settings were made from a revision that is not the newest any more */
export async function requireNewestSettings(tx: Tx, workspaceId: string, releaseId: string): Promise<void> {
  const { heldSettings, number } = await tx.release.findUniqueOrThrow({ where: { id: releaseId } });
  if (heldSettings === null) return;
  const held = HeldSettings.parse(heldSettings);
  if (!(await isNewest(tx, workspaceId, held)))
    throw new AppError("conflict", `release ${number} was made from older settings`, {
      publicDetail: `Settings of ${held.surface} were changed since release ${number} was made; make a candidate of them anew`,
    });
}

async function isNewest(db: Reader, workspaceId: string, held: HeldSettings): Promise<boolean> {
  const [newest] = await listSurfaceRows(db, workspaceId, { surface: held.surface, limit: 1 });
  return (newest?.revision ?? 0) === held.basedOn;
}

/** Makes the settings of a candidate those of its surface, unless somebody has set others since. */
export async function storeHeldSettings(
  tx: Tx,
  workspaceId: string,
  o: { held: unknown; actor: string; reason: string; at: Date },
): Promise<void> {
  const held = HeldSettings.parse(o.held);
  if (!(await isNewest(tx, workspaceId, held))) return;
  const { surface, settings, basedOn } = held;
  const row = { surface, settings, reason: o.reason, createdBy: o.actor, createdAt: o.at };
  await createSurfaceRow(tx, workspaceId, { ...row, revision: basedOn + 1 });
}
