import { Release } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import { computeServingPeriods, type ServingPeriod } from "./history";
import { findReleaseRow, listActivationRows, listReleaseRows } from "./repository";

export { bumpControlRevision, findPublishedRevision } from "./control";
export type { ServingPeriod } from "./history";
export { activateRelease, makeReleaseCurrent, publishControlDocument, republishAll } from "./publish";
export { createDefaultSettings } from "./surfaceDefaults";

type Ctx = Pick<AppContext, "db">;

export async function listServingPeriods({ db }: Ctx, workspaceId: string): Promise<ServingPeriod[]> {
  const rows = await listActivationRows(db, workspaceId);
  return computeServingPeriods(
    rows.map((row) => ({
      releaseId: row.releaseId,
      releaseNumber: row.release.number,
      models: Release.parse(row.release.content).models,
      action: row.action,
      actor: row.actor,
      reason: row.reason,
      at: row.createdAt,
    })),
  );
}

/** Releases newest first, and every activation newest first. */
export async function listReleases({ db }: Ctx, workspaceId: string) {
  const [releases, activations, workspace] = await Promise.all([
    listReleaseRows(db, workspaceId, 100),
    listActivationRows(db, workspaceId),
    db.workspace.findUniqueOrThrow({ where: { id: workspaceId }, select: { currentReleaseId: true } }),
  ]);
  return {
    currentReleaseId: workspace.currentReleaseId,
    releases: releases.map((row) => {
      const content = Release.parse(row.content);
      return {
        releaseId: row.id,
        number: row.number,
        note: row.note,
        createdBy: row.createdBy,
        createdAt: row.createdAt,
        isCurrent: row.id === workspace.currentReleaseId,
        nItems: content.itemTable.nItems,
        models: content.models.map(({ ref, kind, modelVersionId }) => ({ ref, kind, modelVersionId })),
        surfaces: content.surfaces,
      };
    }),
    activations: activations.reverse().map((row) => ({
      id: row.id,
      releaseId: row.releaseId,
      releaseNumber: row.release.number,
      action: row.action,
      reason: row.reason,
      actor: row.actor,
      createdAt: row.createdAt,
    })),
  };
}

/** A release by its id, or null; only of this workspace. */
export async function findRelease(
  { db }: Ctx,
  workspaceId: string,
  releaseId: string,
): Promise<Release | null> {
  const row = await findReleaseRow(db, workspaceId, { id: releaseId });
  return row === null ? null : Release.parse(row.content);
}
