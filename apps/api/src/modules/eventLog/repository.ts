import {
  EVENT_STREAM_MAX,
  QUARANTINE_STREAM_MAX,
  SHADOW_STREAM_MAX,
  SLATE_STREAM_MAX,
} from "@shortlist/contracts";
import type { Redis } from "ioredis";
import { compareIds, GROUP, listStreams, timeOfEntry } from "../../archive/streams";
import { FEATURE_GROUP } from "../../stream/partitions";
import type { GroupLag, StreamKind } from "./decide";

const LENGTH_MAX: Record<StreamKind, number> = {
  events: EVENT_STREAM_MAX,
  quarantine: QUARANTINE_STREAM_MAX,
  slates: SLATE_STREAM_MAX,
  shadows: SHADOW_STREAM_MAX,
};

/**
 * How far every reader is with every stream of a workspace. A stream that does not exist has nothing to read; a group
 * that does not exist has read nothing.
 *
 * @param o.hasFeatures whether a view is folded: without one nobody reads for features
 */
export async function listGroupLags(
  redis: Redis,
  workspace: string,
  o: { hasFeatures: boolean },
): Promise<GroupLag[]> {
  const lags: GroupLag[] = [];
  for (const { key, kind } of listStreams(workspace)) {
    const stream = await findInfo(redis, "STREAM", key);
    if (stream === null) continue;
    const groups = ((await redis.xinfo("GROUPS", key)) as unknown[][]).map(toRecord);
    for (const group of kind === "events" && o.hasFeatures ? [GROUP, FEATURE_GROUP] : [GROUP])
      lags.push(
        await readLag(redis, {
          key,
          kind,
          group,
          stream,
          info: groups.find(({ name }) => name === group) ?? null,
        }),
      );
  }
  return lags;
}

type Info = Record<string, unknown>;

async function readLag(
  redis: Redis,
  {
    key,
    kind,
    group,
    stream,
    info,
  }: { key: string; kind: StreamKind; group: string; stream: Info; info: Info | null },
): Promise<GroupLag> {
  const length = Number(stream.length);
  const lastDelivered = info === null ? "0-0" : String(info["last-delivered-id"]);
  // The server's own count may be wrong, and is not known after some commands of an administrator: see
  // `repairReadCounts`. That everything was delivered is always known.
  const isAllDelivered = lastDelivered === String(stream["last-generated-id"]);
  const lag = info === null || info.lag === null ? length : Number(info.lag);
  const waiting = isAllDelivered ? 0 : Math.min(length, lag);
  const unfinished = info === null ? 0 : Number(info.pending);
  const unread = waiting + unfinished;
  const first = (stream["first-entry"] as [id: string] | null)?.[0];
  const hasDropped = Number(stream["entries-added"] ?? length) > length;
  return {
    stream: key,
    kind,
    group,
    length,
    lengthMax: LENGTH_MAX[kind],
    unread,
    unfinished,
    oldestUnreadAtMs: unread === 0 ? null : await findOldestUnread(redis, { key, group, info, unfinished }),
    hasLost: hasDropped && !isAllDelivered && first !== undefined && compareIds(lastDelivered, first) < 0,
  };
}

async function findOldestUnread(
  redis: Redis,
  { key, group, info, unfinished }: { key: string; group: string; info: Info | null; unfinished: number },
): Promise<number | null> {
  if (unfinished > 0) {
    const [, oldest] = (await redis.xpending(key, group)) as [number, string | null];
    if (oldest !== null) return timeOfEntry(oldest);
  }
  const from = info === null ? "-" : `(${String(info["last-delivered-id"])}`;
  const [next] = await redis.xrange(key, from, "+", "COUNT", 1);
  return next === undefined ? null : timeOfEntry(next[0]);
}

async function findInfo(redis: Redis, what: "STREAM", key: string): Promise<Info | null> {
  const reply = await redis.xinfo(what, key).catch((error: Error) => {
    if (error.message.includes("no such key")) return null;
    throw error;
  });
  return reply === null ? null : toRecord(reply as unknown[]);
}

function toRecord(flat: unknown[]): Info {
  const record: Info = {};
  for (let i = 0; i < flat.length; i += 2) record[String(flat[i])] = flat[i + 1];
  return record;
}
