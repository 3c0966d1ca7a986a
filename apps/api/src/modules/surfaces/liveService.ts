import type { SettingsBySurface } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import { listNewestSurfaceRows } from "./repository";

/** What releases are made with: the settings that were stored, and a text that changes when any of them does. */
export async function readSurfaceSettings(
  db: Pick<Db | Tx, "surfaceRevision">,
  workspaceId: string,
): Promise<{ settings: SettingsBySurface; revisions: string }> {
  const rows = await listNewestSurfaceRows(db, workspaceId);
  const settings: SettingsBySurface = {};
  for (const { surface, settings: held } of rows) if (held !== null) settings[surface] = held;
  return { settings, revisions: rows.map(({ surface, revision }) => `${surface}@${revision}`).join(",") };
}
