import type { Redis } from "ioredis";
import { FEATURE_GROUP } from "../stream/partitions";
import { GROUP, isNoGroup, listStreams } from "./streams";

/** A living reader looks at its streams many times a minute. */
const IDLE_MS = 3_600_000;

/**
 * Takes readers that are gone off the streams' lists: every start of a worker adds a name. One that still holds
 * entries stays until these have been taken over.
 *
 * @returns readers removed
 */
export async function removeIdleReaders(
  redis: Redis,
  workspace: string,
  idleMs: number = IDLE_MS,
): Promise<number> {
  let removed = 0;
  for (const { key } of listStreams(workspace))
    for (const group of [GROUP, FEATURE_GROUP])
      for (const reader of await listReaders(redis, key, group))
        if (reader.pending === 0 && reader.idle >= idleMs) {
          await redis.xgroup("DELCONSUMER", key, group, reader.name);
          removed++;
        }
  return removed;
}

async function listReaders(
  redis: Redis,
  key: string,
  group: string,
): Promise<{ name: string; pending: number; idle: number }[]> {
  const flat = await redis.xinfo("CONSUMERS", key, group).catch((error: Error) => {
    if (isNoGroup(error) || error.message.includes("no such key")) return [];
    throw error;
  });
  return (flat as unknown[][]).map((fields) => {
    const read = (name: string) => fields[fields.indexOf(name) + 1];
    return { name: String(read("name")), pending: Number(read("pending")), idle: Number(read("idle")) };
  });
}
