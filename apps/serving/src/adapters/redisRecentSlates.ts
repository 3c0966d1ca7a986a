import { redisKeys, SlateLogRecord } from "@shortlist/contracts";
import { readSlateLog } from "@shortlist/platform";
import type { Redis } from "ioredis";

/** Waiting for it delays a release, and there are synthetic requests in its place. */
const DEADLINE_MS = 1_000;

/** The last slates of a workspace, newest first; none when Redis is away or slow. Never throws. */
export async function listRecentSlates(
  redis: Redis,
  workspace: string,
  countMax: number,
): Promise<SlateLogRecord[]> {
  if (redis.status !== "ready") return [];
  const read = async (): Promise<SlateLogRecord[]> => {
    const ids = await redis.lrange(redisKeys.recentSlates(workspace), 0, countMax - 1);
    const records = await readSlateLog(redis, workspace, ids);
    return records.flatMap((json) => {
      const record = json === null ? null : SlateLogRecord.safeParse(JSON.parse(json));
      return record?.success === true ? [record.data] : [];
    });
  };
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<SlateLogRecord[]>((resolve) => {
    timer = setTimeout(() => resolve([]), DEADLINE_MS);
  });
  return Promise.race([read().catch(() => []), deadline]).finally(() => clearTimeout(timer));
}
