import { type TrainingSetManifest, TrainingSetView } from "@shortlist/contracts";
import type { Db } from "@shortlist/db";

export interface NewTrainingSet {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly manifest: TrainingSetManifest;
  readonly rowsSha256: string;
  readonly rowsBytes: number;
  readonly writeLagSource: string;
  readonly createdBy: string;
}

/** Equal content is the same training set: building it again answers the row that is there. */
export async function upsertTrainingSetRow(
  db: Db,
  { rowsBytes, ...row }: NewTrainingSet,
): Promise<{ id: string }> {
  const { workspaceId } = row;
  const { contentHash } = row.manifest;
  return db.trainingSet.upsert({
    where: { workspaceId_contentHash: { workspaceId, contentHash } },
    create: { ...row, contentHash, rowsBytes: BigInt(rowsBytes) },
    update: {},
    select: { id: true },
  });
}

export async function listTrainingSetRows(db: Db, workspaceId: string): Promise<TrainingSetView[]> {
  const rows = await db.trainingSet.findMany({
    where: { workspaceId },
    orderBy: { createdAt: "desc" },
    take: 100,
  });
  return rows.map(toView);
}

export async function findTrainingSetRow(
  db: Db,
  workspaceId: string,
  id: string,
): Promise<TrainingSetView | null> {
  const row = await db.trainingSet.findFirst({ where: { id, workspaceId } });
  return row === null ? null : toView(row);
}

function toView(row: {
  id: string;
  jobId: string | null;
  manifest: unknown;
  rowsSha256: string;
  rowsBytes: bigint;
  writeLagSource: string;
  createdBy: string;
  createdAt: Date;
}): TrainingSetView {
  const { id, jobId, manifest, writeLagSource, createdBy, createdAt } = row;
  const artifact = { name: "rows.parquet", sha256: row.rowsSha256, bytes: Number(row.rowsBytes) };
  return TrainingSetView.parse({ id, jobId, manifest, artifact, writeLagSource, createdBy, createdAt });
}
