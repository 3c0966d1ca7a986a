import type { JobStatus, SurfaceMode } from "@shortlist/contracts";
import { utcDay } from "@shortlist/lake";

// When lists are computed, and for whom. Pure.

/** Events are archived within seconds; those that took longer must not fall between two runs. */
const OVERLAP_MS = 10 * 60_000;
/** A run that fails has a reason that is still there a minute later. */
const AFTER_FAILURE_MS = 3_600_000;
const DAY_MS = 86_400_000;

export interface LastRun {
  readonly releaseId: string;
  readonly eventsUntilMs: number;
  readonly startedAtMs: number;
}

/**
 * From when on an event makes a shopper's list due: since the last finished run, unless the release is another one and
 * every list with it. Null: all active shoppers are due.
 */
export function decideSince(o: { all: boolean; releaseId: string; last: LastRun | null }): number | null {
  if (o.all || o.last === null || o.last.releaseId !== o.releaseId) return null;
  return o.last.eventsUntilMs - OVERLAP_MS;
}

export interface ListsState {
  readonly mode: SurfaceMode;
  readonly releaseId: string;
  /** The last finished run of the surface. */
  readonly last: LastRun | null;
  readonly latestJob: { readonly state: JobStatus; readonly createdAtMs: number } | null;
  readonly nowMs: number;
}

/** Whether a run is due: after a release was published, and once every UTC day. */
export function isDue({ mode, releaseId, last, latestJob, nowMs }: ListsState): boolean {
  if (mode === "live") return false;
  if (latestJob?.state === "queued" || latestJob?.state === "running") return false;
  const isOverLately = latestJob !== null && nowMs - latestJob.createdAtMs < AFTER_FAILURE_MS;
  // What a person stopped is not started again behind their back before the next day.
  const isStopped = latestJob?.state === "cancelled" && nowMs - latestJob.createdAtMs < DAY_MS;
  if ((latestJob?.state === "failed" && isOverLately) || isStopped) return false;
  if (last === null || last.releaseId !== releaseId) return true;
  return utcDay(last.startedAtMs) < utcDay(nowMs);
}

const WAIT_MS = { first: 500, most: 30_000 } as const;

/** How long to wait after so many tries in a row that got nowhere. `random` in [0, 1) keeps jobs from asking in step. */
export function decideWaitMs(tries: number, random: number): number {
  const most = Math.min(WAIT_MS.most, WAIT_MS.first * 2 ** Math.min(tries, 16));
  return Math.round(most * (0.5 + random / 2));
}
