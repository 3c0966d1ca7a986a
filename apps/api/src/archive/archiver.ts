import type { Lake, QuarantinedRow } from "@shortlist/lake";
import type { Logger } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { DELIVERIES_MAX } from "../stream/decideRetry";
import { countClicks } from "./countClicks";
import { sortInteractions, sortQuarantine, sortShadows, sortSlates, toPoison } from "./decide";
import {
  type ArchivedStream,
  createBatchName,
  GROUP,
  isNoGroup,
  listStreams,
  type RawEntry,
  type StreamEntry,
  toEntries,
} from "./streams";

export interface ArchiverOptions {
  /** Name of this reader, of one process alone: two under one name would take each other's entries. */
  readonly consumer: string;
  readonly batchMax?: number;
  /** A dead reader's entries are taken over after this; longer than any batch takes to write. */
  readonly claimAfterMs?: number;
  /** Called between writing a batch and acknowledging it; tests end the archiver here. */
  readonly onWritten?: (batch: string) => Promise<void>;
}

/** Also the largest loss of work when a reader dies: it is simply written again. */
const BATCH_MAX = 5_000;
const CLAIM_AFTER_MS = 30_000;

export interface ArchiverDeps {
  readonly redis: Redis;
  readonly lake: Lake;
  readonly logger: Logger;
}

/**
 * Moves the streams into the lake. Entries are acknowledged after their file is in place, and never before, so a
 * kill at any line loses nothing; what is read again writes the same file again (invariant 4).
 *
 * One round archives everything that waits in the given workspaces; rounds are a few seconds apart, which makes
 * files of a useful size. Returns how many entries were archived.
 */
export async function archiveRound(
  deps: ArchiverDeps,
  workspaces: readonly string[],
  o: ArchiverOptions,
): Promise<number> {
  let archived = 0;
  const failures: unknown[] = [];
  for (const workspace of workspaces)
    for (const stream of listStreams(workspace)) {
      try {
        archived += await archiveStream(deps, stream, o);
      } catch (error) {
        // One stream's trouble must not hold up the others.
        failures.push(error);
      }
    }
  if (failures.length > 0) throw failures[0];
  return archived;
}

async function archiveStream(
  deps: ArchiverDeps,
  stream: ArchivedStream,
  o: ArchiverOptions,
): Promise<number> {
  const { redis } = deps;
  let archived = 0;
  try {
    for (const { batch, deliveries } of await claimLeftovers(redis, stream, o))
      archived +=
        deliveries < DELIVERIES_MAX
          ? await archiveBatch(deps, { stream, batch, o })
          : await archiveOneByOne(deps, { stream, batch, deliveries, o });
    for (;;) {
      const batch = await readNew(redis, stream, o);
      if (batch.length === 0) return archived;
      archived += await archiveBatch(deps, { stream, batch, o });
    }
  } catch (error) {
    if (!isNoGroup(error)) throw error;
    // New workspace, or Redis was emptied: start from the stream's beginning, so that nothing before the group is lost.
    await redis.xgroup("CREATE", stream.key, GROUP, "0", "MKSTREAM").catch((again) => {
      if (!String(again).includes("BUSYGROUP")) throw again;
    });
    return archived + (await archiveStream(deps, stream, o));
  }
}

async function archiveBatch(
  deps: ArchiverDeps,
  { stream, batch, o }: { stream: ArchivedStream; batch: readonly StreamEntry[]; o: ArchiverOptions },
): Promise<number> {
  const { redis, lake, logger } = deps;
  const name = createBatchName(stream.part, batch);
  const quarantined = await writeRows(deps, { stream, batch, name });
  if (quarantined.length > 0) {
    await lake.writeQuarantine(stream.workspace, name, quarantined);
    // Events that the rules set aside are everyday; an entry that cannot be read is not.
    const level = stream.kind === "quarantine" ? "debug" : "warn";
    logger[level](
      { workspace: stream.workspace, batch: name, entries: quarantined.length },
      "entries were quarantined",
    );
  }
  await o.onWritten?.(name);
  await redis.xack(stream.key, GROUP, ...batch.map(({ id }) => id));
  return batch.length;
}

/**
 * A batch that failed again and again holds an entry that cannot be archived. Alone each entry either passes or is
 * known to be poison and set aside. Entries that were written with the batch before are written again under a name of
 * their own; readers count an event or request id once.
 */
async function archiveOneByOne(
  deps: ArchiverDeps,
  o: { stream: ArchivedStream; batch: readonly StreamEntry[]; deliveries: number; o: ArchiverOptions },
): Promise<number> {
  const { stream } = o;
  const setAside = async (entry: StreamEntry, problem: string) => {
    const name = `${createBatchName(stream.part, [entry])}-poison`;
    await deps.lake.writeQuarantine(stream.workspace, name, [toPoison(entry, SOURCES[stream.kind], problem)]);
    await deps.redis.xack(stream.key, GROUP, entry.id);
    deps.logger.warn({ workspace: stream.workspace, entry: entry.id, problem }, "an entry was set aside");
  };
  for (const [i, entry] of o.batch.entries()) {
    // Each is acknowledged before the next is tried: what is first after as many tries ends every process it meets.
    if (i === 0 && o.deliveries >= 2 * DELIVERIES_MAX)
      await setAside(entry, "every process that archived it came to its end");
    else
      try {
        await archiveBatch(deps, { stream, batch: [entry], o: o.o });
      } catch (error) {
        await setAside(entry, (error as Error).message);
      }
  }
  return o.batch.length;
}

const SOURCES = {
  events: "event stream",
  slates: "slate stream",
  shadows: "shadow stream",
  quarantine: "quarantine stream",
} as const satisfies Record<ArchivedStream["kind"], string>;

async function writeRows(
  { redis, lake, logger }: ArchiverDeps,
  { stream, batch, name }: { stream: ArchivedStream; batch: readonly StreamEntry[]; name: string },
): Promise<readonly QuarantinedRow[]> {
  if (stream.kind === "events") {
    const { rows, quarantined } = sortInteractions(batch);
    if (rows.length === 0) return quarantined;
    await lake.writeInteractions(stream.workspace, name, rows);
    // Before they are acknowledged, so that a batch read again is counted if it was not; counters hold up nothing.
    await countClicks(redis, stream.workspace, rows).catch((error) =>
      logger.warn(
        { err: error, workspace: stream.workspace },
        "clicks of a batch are missing in the counters",
      ),
    );
    return quarantined;
  }
  if (stream.kind === "quarantine") return sortQuarantine(batch);
  if (stream.kind === "shadows") {
    const { rows, quarantined } = sortShadows(batch);
    if (rows.length > 0) await lake.writeShadows(stream.workspace, name, rows);
    return quarantined;
  }
  const { rows, quarantined } = sortSlates(batch);
  if (rows.length > 0) await lake.writeSlates(stream.workspace, name, rows);
  return quarantined;
}

async function readNew(redis: Redis, stream: ArchivedStream, o: ArchiverOptions): Promise<StreamEntry[]> {
  const reply = (await redis.xreadgroup(
    "GROUP",
    GROUP,
    o.consumer,
    "COUNT",
    o.batchMax ?? BATCH_MAX,
    "STREAMS",
    stream.key,
    ">",
  )) as [key: string, entries: RawEntry[]][] | null;
  return toEntries(reply?.[0]?.[1] ?? []);
}

/**
 * What this reader could not write in an earlier round, and what others did that have been silent for a while. Taken
 * over reader by reader: each read one batch at a time, so its leftover is that very batch and gets the same name.
 */
async function claimLeftovers(
  redis: Redis,
  stream: ArchivedStream,
  o: ArchiverOptions,
): Promise<{ batch: StreamEntry[]; deliveries: number }[]> {
  const summary = (await redis.xpending(stream.key, GROUP)) as [
    number,
    string,
    string,
    [string, string][] | null,
  ];
  const batches: { batch: StreamEntry[]; deliveries: number }[] = [];
  for (const [owner] of summary[3] ?? []) {
    const minIdleMs = owner === o.consumer ? 0 : (o.claimAfterMs ?? CLAIM_AFTER_MS);
    const pending = (await redis.xpending(
      stream.key,
      GROUP,
      "IDLE",
      minIdleMs,
      "-",
      "+",
      o.batchMax ?? BATCH_MAX,
      owner,
    )) as [id: string, owner: string, idleMs: number, deliveries: number][];
    if (pending.length === 0) continue;
    const ids = pending.map(([id]) => id);
    const raw = (await redis.xclaim(stream.key, GROUP, o.consumer, minIdleMs, ...ids)) as (RawEntry | null)[];
    const batch = toEntries(raw);
    const deliveries = Math.max(...pending.map(([, , , times]) => times));
    if (batch.length > 0) batches.push({ batch, deliveries });
    const claimed = new Set(batch.map(({ id }) => id));
    const gone = await listTrimmed(
      redis,
      stream,
      ids.filter((id) => !claimed.has(id)),
    );
    // Nothing is left to write of them, and they must not wait for ever.
    if (gone.length > 0) await redis.xack(stream.key, GROUP, ...gone);
  }
  return batches;
}

/** Which of the entries are no longer in the stream. The others are another reader's, who took them over just before. */
async function listTrimmed(redis: Redis, { key }: ArchivedStream, ids: readonly string[]): Promise<string[]> {
  const held = await Promise.all(ids.map((id) => redis.xrange(key, id, id)));
  return ids.filter((_, i) => held[i]!.length === 0);
}
