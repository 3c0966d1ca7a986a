import type { Switches } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";
import { toSwitches } from "./decide";
import { listNewestSwitchRows } from "./repository";

/** The switches that are thrown, for the control document; undefined when none is. */
export async function findSwitches(
  db: Pick<Db | Tx, "switchChange">,
  workspaceId: string,
): Promise<Switches | undefined> {
  return toSwitches(await listNewestSwitchRows(db, workspaceId));
}
