import { ImportSummary } from "@shortlist/contracts";
import type { AppContext } from "../../context";

type Ctx = Pick<AppContext, "db">;

/** Stores what an import did. One row per file and mapping: importing again replaces the summary. */
export async function putImport(
  { db }: Ctx,
  workspaceId: string,
  summary: ImportSummary,
): Promise<{ id: string }> {
  const { fileName, fileSha256, mappingName, kind, rowsRead, rowsImported, rowsSetAside } = summary;
  const data = { fileName, kind, rowsRead, rowsImported, rowsSetAside, summary };
  const row = await db.importRun.upsert({
    where: { workspaceId_fileSha256_mappingName: { workspaceId, fileSha256, mappingName } },
    create: { workspaceId, fileSha256, mappingName, ...data },
    update: data,
    select: { id: true },
  });
  return row;
}

/** Newest first. */
export async function listImports(
  { db }: Ctx,
  workspaceId: string,
  filter: { fileSha256?: string | undefined; mapping?: string | undefined } = {},
) {
  const rows = await db.importRun.findMany({
    where: {
      workspaceId,
      ...(filter.fileSha256 === undefined ? {} : { fileSha256: filter.fileSha256 }),
      ...(filter.mapping === undefined ? {} : { mappingName: filter.mapping }),
    },
    orderBy: { createdAt: "desc" },
    take: 200,
  });
  return rows.map(({ id, createdAt, summary }) => ({ id, createdAt, ...ImportSummary.parse(summary) }));
}
