import { type BackfillCheckpoint, redisKeys } from "@shortlist/contracts";
import { type BatchSource, type Lake, openBatchSource } from "@shortlist/lake";
import { compileFeaturePlan, FEATURE_STATE_FORMAT, type FeatureState } from "@shortlist/ml";
import { computeRetentionMs, writeBatchStates } from "@shortlist/online";
import type { Redis } from "ioredis";
import { type BackfillTarget, ROWS_PER_PARTITION, toViewId } from "./target";

/** Rows of one round trip, and between two checkpoints: about 1.5 MB, so that other callers of Redis wait little. */
const ROWS_PER_WRITE = 250;
const RETRY_MS = 2_000;
/** Longer than a restart of Redis with a large file takes. */
const REDIS_AWAY_MS_MAX = 10 * 60_000;

export interface RunPorts {
  readonly lake: Lake;
  readonly redis: Redis;
  readonly nowMs: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  /** Leaves Redis room for events and requests, which matter more. */
  readonly rowsPerSecond: number;
  readonly saveCheckpoint: (checkpoint: BackfillCheckpoint | null) => Promise<void>;
  readonly report: (progressPct: number, step: string) => void;
  readonly log: (line: string) => void;
}

export interface WrittenBatch {
  readonly nEvents: number;
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  readonly resumed: number;
}

/**
 * Writes every row of a batch under its generation. Nothing reads them before the pointer is moved, so a run that is
 * killed leaves nothing half-visible; it goes on after the last checkpoint, and writing a row twice is the same as once.
 *
 * @throws Error when Redis lost the rows while it ran, or stays away for ten minutes
 */
export async function writeBatch(
  target: BackfillTarget,
  from: BackfillCheckpoint | null,
  ports: RunPorts,
): Promise<WrittenBatch> {
  const { workspace, view, generation } = target;
  const marker = redisKeys.featureGeneration(workspace, toViewId(view), generation);
  let checkpoint = from;
  if (checkpoint !== null && !(await isThere(ports, marker))) {
    ports.log("Redis lost the rows since the last checkpoint: beginning anew");
    checkpoint = null;
  }
  if (checkpoint === null) {
    const retentionMs = computeRetentionMs(compileFeaturePlan(view));
    await insist(ports, () => ports.redis.set(marker, FEATURE_STATE_FORMAT, "PX", retentionMs));
  } else ports.log(`going on after row ${checkpoint.rowsWritten} of ${checkpoint.nRows}`);

  ports.report(1, "reading the events");
  const source = await openBatchSource(ports.lake, view, {
    scan: ports.lake.scan(workspace, "events"),
    batchEndMs: target.batchEndMs,
    knownByMs: target.knownByMs,
    partitions: checkpoint?.partitions ?? null,
    rowsPerPartition: ROWS_PER_PARTITION,
  });
  ports.log(`${source.nEvents} events, ${source.nRows} rows in ${source.partitions} parts`);
  const done = await writePartitions({ target, source, ports, from: checkpoint });
  await source.close();
  if (!(await isThere(ports, marker))) {
    await ports.saveCheckpoint(null);
    throw new Error("Redis was emptied while the rows were written");
  }
  const { rowsWritten, bytesWritten, resumed } = done;
  return { nEvents: source.nEvents, rowsWritten, bytesWritten, resumed };
}

/** Whether the rows written so far are in Redis, as states that this release reads. */
async function isThere(ports: RunPorts, marker: string): Promise<boolean> {
  return (await insist(ports, () => ports.redis.get(marker))) === String(FEATURE_STATE_FORMAT);
}

async function writePartitions(o: {
  target: BackfillTarget;
  source: BatchSource;
  ports: RunPorts;
  from: BackfillCheckpoint | null;
}): Promise<BackfillCheckpoint> {
  const { target, source, ports } = o;
  let at: BackfillCheckpoint =
    o.from === null
      ? {
          partitions: source.partitions,
          partition: 0,
          rowsInPartition: 0,
          rowsWritten: 0,
          bytesWritten: 0,
          nRows: source.nRows,
          resumed: 0,
        }
      : { ...o.from, resumed: o.from.resumed + 1 };
  for (; at.partition < source.partitions; at = { ...at, partition: at.partition + 1, rowsInPartition: 0 }) {
    const rows = await loadSorted(source, at.partition);
    while (at.rowsInPartition < rows.length) {
      const startedMs = ports.nowMs();
      const some = rows.slice(at.rowsInPartition, at.rowsInPartition + ROWS_PER_WRITE);
      const written = await insist(ports, () => writeBatchStates(ports.redis, target, some));
      at = {
        ...at,
        rowsInPartition: at.rowsInPartition + some.length,
        rowsWritten: at.rowsWritten + written.rows,
        bytesWritten: at.bytesWritten + written.bytes,
      };
      await ports.saveCheckpoint(at);
      ports.report(
        5 + (90 * at.rowsWritten) / Math.max(1, at.nRows),
        `writing rows: ${at.rowsWritten} of ${at.nRows}`,
      );
      const paceMs = (1000 * some.length) / ports.rowsPerSecond - (ports.nowMs() - startedMs);
      if (paceMs > 0) await ports.sleep(paceMs);
    }
  }
  return at;
}

/** In the order of their keys: a checkpoint counts rows, so every attempt has to meet them in the same order. */
async function loadSorted(source: BatchSource, partition: number): Promise<[string[], FeatureState][]> {
  const states = [...(await source.loadStates(partition))];
  return states
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, state]) => [JSON.parse(key) as string[], state]);
}

/** Waits for a Redis that is away instead of giving up the work done so far. */
async function insist<T>(
  ports: Pick<RunPorts, "nowMs" | "sleep" | "log">,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = ports.nowMs();
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (ports.nowMs() - startedMs > REDIS_AWAY_MS_MAX) throw error;
      ports.log(`Redis does not take the rows (${(error as Error).message}); trying again`);
      await ports.sleep(RETRY_MS);
    }
  }
}
