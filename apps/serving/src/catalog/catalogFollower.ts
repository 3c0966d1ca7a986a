import { type CatalogStatus, comparePositions, redisKeys } from "@shortlist/contracts";
import { type CatalogEntry, type Logger, parseCatalogEntry } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { CatalogDelta } from "../release/catalogDelta";
import { decideGap } from "./decideGap";

// Each process reads the streams itself, over a connection that does nothing else: a supervisor that read once would
// have to send every change to every process as text all the same, and to know where each of them is.

/** An entry holds up to 500 changes: this is what a replica holds of the stream at a time. */
const ENTRIES_PER_READ = 8;
/** Requests run between two slices. The vector of a new item alone takes about 12 µs. */
const CHANGES_PER_SLICE = 50;
/** How long a release that was just loaded may go unread, and how late a gap may be noticed. */
const BLOCK_MS = 1_000;
/** A server that holds the connection and says nothing is asked anew. */
const SILENT_MS = BLOCK_MS + 4_000;
const AWAY_WAIT_MS = 100;
/** Longer, and a replica serves what it has while it reads on. */
const CATCH_UP_MAX_MS = 20_000;

export interface CatalogFollower {
  /** Follows from a position on. Resolves when it has caught up, or when that takes too long or Redis is away. */
  follow(workspace: string, position: string, delta: CatalogDelta): Promise<void>;
  /** One of a workspace: that of the copy which fares worst, one that misses changes before one that reads on. */
  list(): CatalogStatus[];
  close(): void;
}

/** One release's copy of a catalogue. */
interface Followed {
  readonly workspace: string;
  readonly delta: CatalogDelta;
  position: string;
  gapFrom: string | null;
  appliedAtMs: number | null;
  isBehind: boolean;
}

type Reply = [key: string, entries: [id: string, fields: string[]][]][] | null;

export function followCatalogs(o: {
  /** Used for nothing else: it blocks. */
  redis: Redis;
  logger: Logger;
  now: () => number;
  wait: (ms: number) => Promise<void>;
}): CatalogFollower {
  const { redis, logger } = o;
  /** A workspace has several while a rollout is under way. */
  const followed: Followed[] = [];
  let isClosed = false;
  /** One read at a time: that of a release being loaded waits for the block to end. */
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const result = turn.then(task);
    turn = result.catch(() => undefined);
    return result;
  };

  const take = async (one: Followed, entry: CatalogEntry) => {
    if (entry.broken > 0)
      logger.error(
        { workspace: one.workspace, position: entry.id, changes: entry.broken },
        "changes of the catalogue cannot be read",
      );
    for (let from = 0; from < entry.changes.length; from += CHANGES_PER_SLICE) {
      one.delta.apply(entry.changes.slice(from, from + CHANGES_PER_SLICE), entry.atMs);
      await new Promise<void>((resolve) => setImmediate(resolve));
    }
    one.position = entry.id;
    one.appliedAtMs = Date.now();
  };

  /** @returns whether there may be more at once */
  const read = async (all: readonly Followed[], blockMs: number | null): Promise<boolean> => {
    const sinces = await Promise.all(all.map((one) => redis.get(redisKeys.catalogSince(one.workspace))));
    all.forEach((one, i) => {
      const { gapFrom, position } = one;
      one.gapFrom = decideGap({ gapFrom, position, since: sinces[i] ?? null });
      // What was missing is in the stream again, and still to be read.
      if (gapFrom !== null && one.gapFrom === null) one.isBehind = true;
      if (gapFrom === null && one.gapFrom !== null)
        logger.warn({ workspace: one.workspace, position }, "changes of the catalogue are missing");
    });
    const firsts = findFirsts(all);
    const streams = [
      ...firsts.map(({ workspace }) => redisKeys.catalog(workspace)),
      ...firsts.map(({ position }) => position),
    ];
    const reply: Reply =
      blockMs === null
        ? await redis.xread("COUNT", ENTRIES_PER_READ, "STREAMS", ...streams)
        : await redis.xread("COUNT", ENTRIES_PER_READ, "BLOCK", blockMs, "STREAMS", ...streams);
    let isFull = false;
    for (const one of all) {
      const entries = reply?.find(([key]) => key === redisKeys.catalog(one.workspace))?.[1] ?? [];
      for (const entry of entries)
        if (comparePositions(entry[0], one.position) > 0) await take(one, parseCatalogEntry(entry));
      one.isBehind = entries.length === ENTRIES_PER_READ;
      isFull ||= one.isBehind;
    }
    return isFull;
  };

  const round = async () => {
    const all = [...followed];
    if (redis.status !== "ready" || all.length === 0) return o.wait(AWAY_WAIT_MS);
    const watchdog = setTimeout(() => redis.disconnect(true), SILENT_MS);
    try {
      await inTurn(() => read(all, BLOCK_MS));
    } catch (error) {
      if (redis.status === "ready") logger.warn({ err: error }, "the catalogue's streams cannot be read");
      await o.wait(AWAY_WAIT_MS);
    } finally {
      clearTimeout(watchdog);
    }
  };
  const run = async () => {
    while (!isClosed) await round();
  };
  void run();

  return {
    async follow(workspace, position, delta) {
      const one: Followed = {
        workspace,
        delta,
        position,
        gapFrom: null,
        appliedAtMs: null,
        isBehind: true,
      };
      const untilMs = o.now() + CATCH_UP_MAX_MS;
      try {
        while (!isClosed && redis.status === "ready" && o.now() < untilMs)
          if (!(await inTurn(() => read([one], null)))) break;
      } catch {
        // Redis went away: what is missing comes when it is back.
      }
      followed.push(one);
    },
    list: () => {
      const gapped = followed.filter(({ gapFrom }) => gapFrom !== null);
      const others = followed.filter(({ workspace }) => !gapped.some((one) => one.workspace === workspace));
      return [...findFirsts(gapped), ...findFirsts(others)].map((one) => ({
        workspace: one.workspace,
        state: stateOf(one, redis.status === "ready"),
        position: one.position,
        appliedAtMs: one.appliedAtMs,
        changes: one.delta.changes,
        added: one.delta.added,
        waiting: one.delta.waiting,
      }));
    },
    close() {
      isClosed = true;
      redis.disconnect();
    },
  };
}

/** Of each workspace the copy that has read least: from there on there is news for any. */
function findFirsts(all: readonly Followed[]): Followed[] {
  const firsts = new Map<string, Followed>();
  for (const one of all) {
    const first = firsts.get(one.workspace);
    if (first === undefined || comparePositions(one.position, first.position) < 0)
      firsts.set(one.workspace, one);
  }
  return [...firsts.values()];
}

function stateOf(one: Followed, isUp: boolean): CatalogStatus["state"] {
  if (!isUp) return "stream_away";
  if (one.gapFrom !== null) return "incomplete";
  return one.isBehind ? "catching_up" : "live";
}
