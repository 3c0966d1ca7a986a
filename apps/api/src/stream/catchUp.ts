import { FeatureStart, redisKeys } from "@shortlist/contracts";
import { FEATURE_STATE_FORMAT } from "@shortlist/ml";
import type { OnlineView } from "@shortlist/online";
import type { Redis } from "ioredis";
import { compareIds, type RawEntry, type StreamEntry, timeOfEntry, toEntries } from "../archive/streams";
import { type FoldDeps, type FoldEntry, foldEntries } from "./foldEntries";
import { getServerTimeMs, listPartitions } from "./partitions";
import { readEvent } from "./readEntry";

// A newly published view starts with what the event streams still hold, days of it as a rule; what is older comes with
// a backfill. The partitions are merged by time: a row of an item gets events of all of them, and events that come
// days behind the row's newest are refused as late.

/** Entries of each partition at a time: other views are folded in between. */
const CHUNK = 250;
/** This near to the newest entry the rest is folded while the start is waited for; chasing the last one never ends. */
const NEAR_MS = 500;
/** Time for every worker to be told of a start before the first event from after it. */
const LEAD_MS = 1_000;
/** Ids of a stream follow the server's clock, which may be moved back a little. */
const SETTLE_MS = 200;

export interface CatchUpDeps extends FoldDeps {
  readonly sleep: (ms: number) => Promise<void>;
  /** Ends the work between two chunks. */
  readonly isStopped: () => boolean;
}

/**
 * Folds the stream from its beginning into one view and settles from where on it is folded as it comes. Done twice, by
 * two workers or again after a kill, it counts nothing twice.
 *
 * @returns the start, or null when it was stopped before the end
 */
export async function catchUp(
  deps: CatchUpDeps,
  { workspace, view }: { workspace: string; view: OnlineView },
): Promise<FeatureStart | null> {
  const { redis } = deps;
  const key = redisKeys.featureStarts(workspace, FEATURE_STATE_FORMAT);
  const getStart = async () => {
    const text = await redis.hget(key, view.id);
    return text === null ? null : FeatureStart.parse(JSON.parse(text));
  };
  let start = await getStart();
  if (start?.isCaughtUp) return start;
  const reader = createMergedReader(redis, workspace);
  if (start === null) {
    if (!(await foldUntil(deps, { workspace, view, reader, untilMs: null }))) return null;
    const made: FeatureStart = { liveFromMs: (await getServerTimeMs(redis)) + LEAD_MS, isCaughtUp: false };
    await redis.hsetnx(key, view.id, JSON.stringify(made));
    start = await getStart();
    if (start === null) return null;
  }
  const { liveFromMs } = start;
  const waitMs = liveFromMs + SETTLE_MS - (await getServerTimeMs(redis));
  if (waitMs > 0) await deps.sleep(waitMs);
  if (!(await foldUntil(deps, { workspace, view, reader, untilMs: liveFromMs }))) return null;
  const done: FeatureStart = { liveFromMs, isCaughtUp: true };
  await redis.hset(key, view.id, JSON.stringify(done));
  return done;
}

async function foldUntil(
  deps: CatchUpDeps,
  o: { workspace: string; view: OnlineView; reader: MergedReader; untilMs: number | null },
): Promise<boolean> {
  for (;;) {
    if (deps.isStopped()) return false;
    const chunk = await o.reader.read(o.untilMs);
    if (chunk === null) return true;
    const entries: FoldEntry[] = [];
    for (const { json } of chunk) {
      const event = readEvent(json);
      if (event !== null) entries.push({ workspace: o.workspace, event, views: [o.view] });
    }
    const { failed } = await foldEntries(deps, entries);
    for (const error of failed.values())
      deps.logger.warn(
        { err: error, view: o.view.id },
        "an event of the past could not be folded; it is left out",
      );
    const lastMs = timeOfEntry(chunk.at(-1)!.id);
    if (o.untilMs === null && lastMs > (await getServerTimeMs(deps.redis)) - NEAR_MS) return true;
  }
}

interface MergedReader {
  /** The next entries of all partitions in the order of their times, before `untilMs`; null at the end. */
  read(untilMs: number | null): Promise<StreamEntry[] | null>;
}

function createMergedReader(redis: Redis, workspace: string): MergedReader {
  const sources = listPartitions([workspace]).map(({ key }) => ({
    key,
    last: "-",
    held: [] as StreamEntry[],
  }));
  return {
    async read(untilMs) {
      const end = untilMs === null ? "+" : String(untilMs - 1);
      let horizon: string | null = null;
      for (const source of sources) {
        if (source.held.length === 0) {
          const from = source.last === "-" ? "-" : `(${source.last}`;
          const raw = (await redis.xrange(source.key, from, end, "COUNT", CHUNK)) as RawEntry[];
          source.held = toEntries(raw);
          source.last = raw.at(-1)?.[0] ?? source.last;
        }
        const last = source.held.at(-1)?.id;
        if (last !== undefined && (horizon === null || compareIds(last, horizon) < 0)) horizon = last;
      }
      if (horizon === null) return null;
      const chunk: StreamEntry[] = [];
      for (const source of sources) {
        const end_ = source.held.findIndex(({ id }) => compareIds(id, horizon!) > 0);
        chunk.push(...source.held.splice(0, end_ < 0 ? source.held.length : end_));
      }
      return chunk.sort((a, b) => compareIds(a.id, b.id));
    },
  };
}
