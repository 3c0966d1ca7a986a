import { redisKeys, SlateLogRecord } from "@shortlist/contracts";
import type { Lake } from "@shortlist/lake";
import { readSlateLog } from "@shortlist/platform";
import type { Redis } from "ioredis";

/** From Redis, where a slate lies for an hour; null when it does not, or Redis is away. */
export async function findHotSlate(
  redis: Redis,
  workspace: string,
  requestId: string,
): Promise<SlateLogRecord | null> {
  const [json] = await readSlateLog(redis, workspace, [requestId]).catch(() => [null]);
  return json == null ? null : parseSlate(json);
}

export async function listHotSlates(
  redis: Redis,
  workspace: string,
  limit: number,
): Promise<SlateLogRecord[] | null> {
  try {
    const ids = await redis.lrange(redisKeys.recentSlates(workspace), 0, limit - 1);
    const records = await readSlateLog(redis, workspace, ids);
    return records.flatMap((json) => (json === null ? [] : (parseSlate(json) ?? [])));
  } catch {
    return null;
  }
}

export async function findArchivedSlate(
  lake: Lake,
  workspace: string,
  requestId: string,
): Promise<SlateLogRecord | null> {
  if (!(await lake.hasRows(workspace, "slates"))) return null;
  const reader = await lake.connection.runAndReadAll(
    `SELECT record FROM ${lake.scan(workspace, "slates")} WHERE request_id = $1 ORDER BY at_ms DESC LIMIT 1`,
    [requestId],
  );
  const [row] = reader.getRowObjectsJS();
  return row === undefined ? null : parseSlate(String(row.record));
}

export async function listArchivedSlates(
  lake: Lake,
  workspace: string,
  limit: number,
): Promise<SlateLogRecord[]> {
  if (!(await lake.hasRows(workspace, "slates"))) return [];
  const reader = await lake.connection.runAndReadAll(
    `SELECT record FROM ${lake.scan(workspace, "slates")} ORDER BY at_ms DESC LIMIT $1`,
    [limit],
  );
  const records = reader.getRowObjectsJS().flatMap((row) => parseSlate(String(row.record)) ?? []);
  // While files are being merged a slate can show twice.
  return [...new Map(records.map((record) => [record.requestId, record])).values()];
}

function parseSlate(json: string): SlateLogRecord | null {
  try {
    return SlateLogRecord.parse(JSON.parse(json));
  } catch {
    return null;
  }
}
