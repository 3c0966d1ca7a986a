import { EVENT_PARTITIONS, redisKeys } from "@shortlist/contracts";
import type { Redis } from "ioredis";
import { isNoGroup, type RawEntry, type StreamEntry, toEntries } from "../archive/streams";

/** The consumer group of the stream workers; the archiver has its own, so neither waits for the other. */
export const FEATURE_GROUP = "features";

/** One event stream of a workspace. */
export interface Partition {
  readonly workspace: string;
  readonly partition: number;
  readonly key: string;
}

export function listPartitions(workspaces: Iterable<string>): Partition[] {
  return [...workspaces].flatMap((workspace) =>
    Array.from({ length: EVENT_PARTITIONS }, (_, partition) => ({
      workspace,
      partition,
      key: redisKeys.events(workspace, partition),
    })),
  );
}

/** An entry that was delivered to this worker and not acknowledged yet. */
export interface Delivery extends StreamEntry {
  readonly partition: Partition;
}

/** Reads what is new in each partition, in one pipelined round trip; a missing group is made at the stream's beginning. */
export async function readNew(
  redis: Redis,
  partitions: readonly Partition[],
  o: { consumer: string; count: number },
): Promise<Delivery[]> {
  const pipeline = redis.pipeline();
  for (const { key } of partitions)
    pipeline.xreadgroup("GROUP", FEATURE_GROUP, o.consumer, "COUNT", o.count, "STREAMS", key, ">");
  const replies = (await pipeline.exec()) ?? [];
  const deliveries: Delivery[] = [];
  for (const [i, [error, reply]] of replies.entries()) {
    const partition = partitions[i]!;
    if (isNoGroup(error)) await createGroup(redis, partition);
    else if (error !== null) throw error;
    else {
      const streams = reply as [key: string, entries: RawEntry[]][] | null;
      for (const entry of toEntries(streams?.[0]?.[1] ?? [])) deliveries.push({ ...entry, partition });
    }
  }
  return deliveries;
}

async function createGroup(redis: Redis, { key }: Partition): Promise<void> {
  await redis.xgroup("CREATE", key, FEATURE_GROUP, "0", "MKSTREAM").catch((error: unknown) => {
    if (!String(error).includes("BUSYGROUP")) throw error;
  });
}

/** An entry that was delivered and not acknowledged, by whom and how often. */
export interface PendingEntry {
  readonly partition: Partition;
  readonly id: string;
  readonly owner: string;
  readonly idleMs: number;
  readonly deliveries: number;
}

export async function listPending(
  redis: Redis,
  partitions: readonly Partition[],
  o: { minIdleMs: number; count: number },
): Promise<PendingEntry[]> {
  const pipeline = redis.pipeline();
  for (const { key } of partitions)
    pipeline.xpending(key, FEATURE_GROUP, "IDLE", o.minIdleMs, "-", "+", o.count);
  const replies = (await pipeline.exec()) ?? [];
  return replies.flatMap(([error, reply], i) => {
    if (isNoGroup(error)) return [];
    if (error !== null) throw error;
    return (reply as [string, string, number, number][]).map(([id, owner, idleMs, deliveries]) => ({
      partition: partitions[i]!,
      id,
      owner,
      idleMs,
      deliveries,
    }));
  });
}

/**
 * Takes entries over; each counts as delivered once more. Not returned: what another worker took first, and what was
 * trimmed from the stream in the meantime, which Redis takes off the list of the pending by itself.
 */
export async function claim(
  redis: Redis,
  pending: readonly PendingEntry[],
  o: { consumer: string; minIdleMs: number },
): Promise<Delivery[]> {
  const pipeline = redis.pipeline();
  for (const { partition, id } of pending)
    pipeline.xclaim(partition.key, FEATURE_GROUP, o.consumer, o.minIdleMs, id);
  const replies = (await pipeline.exec()) ?? [];
  return replies.flatMap(([error, reply], i) => {
    if (error !== null) throw error;
    const { partition } = pending[i]!;
    return toEntries(reply as (RawEntry | null)[]).map((entry) => ({ ...entry, partition }));
  });
}

export async function acknowledge(redis: Redis, deliveries: readonly Delivery[]): Promise<void> {
  const ids = new Map<string, string[]>();
  for (const { partition, id } of deliveries) {
    const known = ids.get(partition.key);
    if (known === undefined) ids.set(partition.key, [id]);
    else known.push(id);
  }
  if (ids.size === 0) return;
  const pipeline = redis.pipeline();
  for (const [key, each] of ids) pipeline.xack(key, FEATURE_GROUP, ...each);
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}

/** The clock that ids of stream entries follow. */
export async function getServerTimeMs(redis: Redis): Promise<number> {
  const [seconds, micros] = await redis.time();
  return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
}
