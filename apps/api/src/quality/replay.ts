import {
  EVENT_STREAM_MAX,
  type RepairCheckpoint,
  type RepairStep,
  type StoredInteraction,
} from "@shortlist/contracts";
import { type Lake, openRepairRows, type QuarantineRow, type RepairedRow } from "@shortlist/lake";
import { AppError } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { type RepairContext, repairRow } from "../modules/quality/repairRow";
import { appendReplayed, type Released, readLag } from "./appendReplayed";

/** One script call per partition of a few milliseconds, and the most that a kill makes be done again. */
const CHUNK_ROWS = 1_000;
/** Readers that are this far behind are waited for: a log that is full drops its oldest events. */
const LAG_MAX = EVENT_STREAM_MAX / 10;
const LAG_WAIT_MS = 500;
/** Readers that get nowhere for this long are down. */
const LAG_STALLED_MS = 60_000;

export interface ReplayOptions {
  readonly repairId: string;
  readonly workspace: string;
  readonly group: Parameters<typeof openRepairRows>[2]["group"];
  readonly steps: readonly RepairStep[];
  readonly createdAtMs: number;
  readonly checkpoint: RepairCheckpoint | null;
  readonly context: RepairContext;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly saveCheckpoint: (checkpoint: RepairCheckpoint) => Promise<void>;
  readonly report: (progressPct: number, step: string) => void;
}

/**
 * Releases a repair's rows: mends each, appends those that pass to the event log, writes the outcome of all to the
 * lake, and remembers how far it came. Killed between any two of these, the next attempt does the chunk again: the
 * append skips what it appended, the file is replaced, the counts start from the checkpoint.
 */
export async function replayRows(
  deps: { lake: Lake; redis: Redis },
  o: ReplayOptions,
): Promise<RepairCheckpoint> {
  const rows = await openRepairRows(deps.lake, o.workspace, { ...o, beforeMs: o.createdAtMs });
  let at = o.checkpoint ?? { lastRowId: "", chunk: 0, released: 0, refused: 0 };
  try {
    for (;;) {
      const chunk = await rows.list(at.lastRowId, CHUNK_ROWS);
      if (chunk.length === 0) return at;
      await waitForReaders(deps.redis, o);
      const released = await replayChunk(deps, { ...o, chunk, number: at.chunk });
      at = {
        lastRowId: chunk.at(-1)!.rowId,
        chunk: at.chunk + 1,
        released: at.released + released,
        refused: at.refused + chunk.length - released,
      };
      await o.saveCheckpoint(at);
      const done = at.released + at.refused;
      o.report((100 * done) / Math.max(1, rows.total), `released ${at.released} of ${rows.total} rows`);
    }
  } finally {
    await rows.close();
  }
}

async function replayChunk(
  deps: { lake: Lake; redis: Redis },
  o: ReplayOptions & { chunk: readonly QuarantineRow[]; number: number },
): Promise<number> {
  const released: Released[] = [];
  const outcomes = o.chunk.map((row): RepairedRow => {
    const { reasons, stored } = repairRow(row, o.steps, o.context);
    if (stored !== null) released.push({ rowId: row.rowId, event: stored });
    return toOutcome(row.rowId, { o, reasons, stored });
  });
  await appendReplayed(deps.redis, o.workspace, { rows: released, nowMs: o.now() });
  // One name and one day for whatever attempt writes it, so that a second attempt replaces the first one's file.
  await deps.lake.writeRepairs(
    o.workspace,
    `repair-${o.repairId}-${String(o.number).padStart(6, "0")}`,
    outcomes,
  );
  return released.length;
}

function toOutcome(
  rowId: string,
  { o, reasons, stored }: { o: ReplayOptions; reasons: readonly string[]; stored: StoredInteraction | null },
): RepairedRow {
  const outcome = stored === null ? "refused" : "released";
  return { rowId, repairId: o.repairId, outcome, reasons, event: stored, atMs: o.createdAtMs };
}

/**
 * Waits while readers are far behind and catch up.
 *
 * @throws AppError `dependency_down` when they do not: appending more would push out what they have not read
 */
async function waitForReaders(redis: Redis, o: ReplayOptions): Promise<void> {
  let least = Number.POSITIVE_INFINITY;
  let waitedMs = 0;
  for (;;) {
    const lag = await readLag(redis, o.workspace);
    if (lag <= LAG_MAX) return;
    if (lag < least) waitedMs = 0;
    least = Math.min(least, lag);
    if (waitedMs >= LAG_STALLED_MS)
      throw new AppError(
        "dependency_down",
        `readers of ${o.workspace} are ${lag} events behind and stand still`,
        {
          publicDetail: `The event log is not being read: ${lag} events wait. See /jobs and the event-log runbook, then retry`,
        },
      );
    o.report(0, `waiting for the readers of the event log: ${lag} events wait`);
    await o.sleep(LAG_WAIT_MS);
    waitedMs += LAG_WAIT_MS;
  }
}
