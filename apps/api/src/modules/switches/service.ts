import { SurfaceSwitches, SWITCH_TARGETS } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import { bumpControlRevision, publishControlDocument } from "../releases/service";
import { describeSwitches, isThrown } from "./decide";
import {
  createSwitchRow,
  listNewestSwitchRows,
  listSwitchRows,
  type SwitchRow,
  type SwitchTarget,
} from "./repository";

type ReadCtx = Pick<AppContext, "db">;
type WriteCtx = Pick<AppContext, "db" | "redis" | "env" | "logger" | "now">;

const HISTORY_MAX = 50;

/** What is thrown for each surface and for all, and who changed what lately, newest first. */
export async function getSwitches({ db }: ReadCtx, workspaceId: string) {
  const [newest, history] = await Promise.all([
    listNewestSwitchRows(db, workspaceId),
    listSwitchRows(db, workspaceId, HISTORY_MAX),
  ]);
  const held = new Map(newest.map((row) => [row.target, row]));
  return {
    targets: SWITCH_TARGETS.map((target) => {
      const row = held.get(target);
      const switches = row?.switches ?? SurfaceSwitches.parse({});
      return {
        target,
        switches,
        isThrown: isThrown(switches),
        says: describeSwitches(switches),
        since: row?.createdAt ?? null,
        by: row?.createdBy ?? null,
        reason: row?.reason ?? "",
      };
    }),
    history: history.map((row) => ({ ...row, says: describeSwitches(row.switches) })),
  };
}

/**
 * Throws or undoes switches of one target, whole. In force on every replica within seconds and without a release. With
 * Redis away it is stored and follows with the periodic republishing; `isPublished` says so.
 */
export async function throwSwitches(
  ctx: WriteCtx,
  workspaceId: string,
  o: { target: SwitchTarget; switches: SurfaceSwitches; reason: string; actor: string },
): Promise<{ says: string; isPublished: boolean }> {
  const { target, switches, reason } = o;
  await ctx.db.$transaction(async (tx) => {
    await bumpControlRevision(tx, workspaceId);
    const row: SwitchRow = { target, switches, reason, createdBy: o.actor, createdAt: ctx.now() };
    await createSwitchRow(tx, workspaceId, row);
  });
  const isPublished = await publishControlDocument(ctx, workspaceId);
  return { says: describeSwitches(switches), isPublished };
}
