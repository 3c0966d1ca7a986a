import { AliasPolicy } from "@shortlist/contracts";
import type { Db, Tx } from "@shortlist/db";

export async function readAliasPolicy(db: Pick<Tx, "workspace">, workspaceId: string): Promise<AliasPolicy> {
  const row = await db.workspace.findUniqueOrThrow({
    where: { id: workspaceId },
    select: { aliasPolicy: true },
  });
  return AliasPolicy.parse(row.aliasPolicy ?? {});
}

/** Locks the model, so that two moves of one alias come one after the other. */
export async function lockModel(
  tx: Tx,
  workspaceId: string,
  name: string,
): Promise<{ id: string; kind: string } | null> {
  const [model] = await tx.$queryRaw<{ id: string; kind: string }[]>`
    SELECT id, kind FROM "Model" WHERE "workspaceId" = ${workspaceId} AND name = ${name} FOR UPDATE`;
  return model ?? null;
}

export function findAliasRow(
  db: Pick<Tx, "modelAlias">,
  workspaceId: string,
  o: { model: string; alias: string },
) {
  return db.modelAlias.findFirst({
    where: { workspaceId, alias: o.alias, model: { name: o.model } },
    include: { version: { select: { id: true, version: true } } },
  });
}

/** Moves of a model's aliases, oldest first. */
export function listMoveRows(db: Db, workspaceId: string, o: { model: string; alias?: string | undefined }) {
  return db.modelAliasMove.findMany({
    where: {
      workspaceId,
      model: { name: o.model },
      ...(o.alias === undefined ? {} : { alias: o.alias }),
    },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
}

export function listOpenRequestRows(db: Db, workspaceId: string, model?: string) {
  return db.modelAliasRequest.findMany({
    where: { workspaceId, decidedAt: null, ...(model === undefined ? {} : { modelName: model }) },
    orderBy: { createdAt: "asc" },
  });
}
