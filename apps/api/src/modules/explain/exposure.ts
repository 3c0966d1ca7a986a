import type { Lake } from "@shortlist/lake";

interface ShownAt {
  readonly workspace: string;
  readonly itemId: string;
  readonly fromMs: number;
}

/** How often one source had a part in showing an item on one surface. An item that two sources named counts with both. */
export interface ExposureCell {
  readonly surface: string;
  readonly source: string;
  readonly slates: number;
  readonly positionMean: number;
}

const ITEMS = `'[{"itemId":"VARCHAR","position":"INTEGER","sources":[{"name":"VARCHAR"}]}]'`;

/** The item's showings; `contains` spares most records from being parsed. While files are merged a slate can show twice. */
const shown = (scan: string) => `
  SELECT * FROM (
    SELECT request_id, at_ms, surface, unnest(from_json(json_extract(record, '$.items'), ${ITEMS})) AS item
    FROM (SELECT DISTINCT ON (request_id) * FROM ${scan} WHERE at_ms >= $1 AND contains(record, $2))
  ) WHERE item.itemId = $2`;

/** @returns how many slates there were at all, with none where the archive has none */
export async function listExposure(
  lake: Lake,
  { workspace, itemId, fromMs }: ShownAt,
): Promise<{ nSlates: number; cells: ExposureCell[] }> {
  if (!(await lake.hasRows(workspace, "slates"))) return { nSlates: 0, cells: [] };
  const scan = lake.scan(workspace, "slates");
  const all = await lake.connection.runAndReadAll(
    `SELECT count(DISTINCT request_id)::INTEGER AS n FROM ${scan} WHERE at_ms >= $1`,
    [fromMs],
  );
  const cells = await lake.connection.runAndReadAll(
    `SELECT surface, source.name AS source, count(*)::INTEGER AS slates, avg(position)::DOUBLE AS position_mean
     FROM (SELECT surface, item.position AS position, unnest(item.sources) AS source FROM (${shown(scan)}))
     GROUP BY ALL ORDER BY slates DESC, surface, source`,
    [fromMs, itemId],
  );
  return {
    nSlates: Number(all.getRowObjectsJS()[0]!.n),
    cells: cells.getRowObjectsJS().map((row) => ({
      surface: String(row.surface),
      source: String(row.source),
      slates: Number(row.slates),
      positionMean: Number(row.position_mean),
    })),
  };
}

export async function listSlatesShowing(
  lake: Lake,
  { workspace, itemId, fromMs, limit }: ShownAt & { limit: number },
): Promise<{ requestId: string; at: Date; surface: string; position: number }[]> {
  if (!(await lake.hasRows(workspace, "slates"))) return [];
  const scan = lake.scan(workspace, "slates");
  const rows = await lake.connection.runAndReadAll(
    `SELECT request_id, at_ms::DOUBLE AS at_ms, surface, item.position AS position FROM (${shown(scan)})
     ORDER BY at_ms DESC LIMIT $3`,
    [fromMs, itemId, limit],
  );
  return rows.getRowObjectsJS().map((row) => ({
    requestId: String(row.request_id),
    at: new Date(Number(row.at_ms)),
    surface: String(row.surface),
    position: Number(row.position),
  }));
}
