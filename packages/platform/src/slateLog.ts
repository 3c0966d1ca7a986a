import { redisKeys } from "@shortlist/contracts";
import type { ChainableCommander, Redis } from "ioredis";

type Entry = [id: string, fields: string[]];

/**
 * The records of requests in the slate log in Redis, in the order of the ids; null where there is none any more. A
 * record lies in the stream once, and a key per request says where.
 */
export async function readSlateLog(
  redis: Redis,
  workspace: string,
  requestIds: readonly string[],
): Promise<(string | null)[]> {
  // One GET per id, not MGET: the keys lie in different slots of a cluster.
  const found = await execute(redis, requestIds, (pipeline, id) =>
    pipeline.get(redisKeys.slate(workspace, id)),
  );
  const held = found.filter((entryId) => typeof entryId === "string");
  const entries = await execute(redis, held, (pipeline, entryId) =>
    pipeline.xrange(redisKeys.slates(workspace), entryId, entryId),
  );
  const records = new Map(held.map((entryId, i) => [entryId, readEntry(entries[i])]));
  return found.map((entryId) => records.get(entryId as string) ?? null);
}

async function execute(
  redis: Redis,
  ids: readonly string[],
  add: (pipeline: ChainableCommander, id: string) => void,
): Promise<unknown[]> {
  if (ids.length === 0) return [];
  const pipeline = redis.pipeline();
  for (const id of ids) add(pipeline, id);
  return ((await pipeline.exec()) ?? []).map(([error, reply]) => {
    if (error !== null) throw error;
    return reply;
  });
}

function readEntry(reply: unknown): string | null {
  const [entry] = reply as Entry[];
  return entry?.[1][1] ?? null;
}
