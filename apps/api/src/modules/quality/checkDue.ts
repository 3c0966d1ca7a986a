import type { JobStatus } from "@shortlist/contracts";
import { utcDay } from "@shortlist/lake";

// When the daily checks have something to do. Pure.

const DAY_MS = 86_400_000;
/** A shop that sends nothing for this long is not watched any more: an import of old logs is not a silent shop. */
const SILENT_DAYS_MAX = 14;
/** Late events change a day: the two before the last checked one are judged again. */
const AGAIN_DAYS = 2;
/** A run that fails has a reason that is still there a minute later. */
const AFTER_FAILURE_MS = 3_600_000;

export interface CheckState {
  readonly nowMs: number;
  /** Days that the archive holds, first and last; null when it is empty. */
  readonly days: { readonly first: string; readonly last: string } | null;
  readonly lastCheckedDay: string | null;
  readonly lastCheckedAtMs: number | null;
  readonly lastImportAtMs: number | null;
  readonly latestJob: { readonly state: JobStatus; readonly createdAtMs: number } | null;
}

export type CheckDue =
  | { readonly due: false }
  | { readonly due: true; readonly fromDay: string | null; readonly toDay: string };

/** The days to check now: those since the last run, or all when an import may have changed any of them. */
export function decideCheckDue(o: CheckState): CheckDue {
  const toDay = o.days === null ? null : getLastCheckableDay(o.days.last, o.nowMs);
  if (o.days === null || toDay === null || toDay < o.days.first) return { due: false };
  const { latestJob } = o;
  if (latestJob?.state === "queued" || latestJob?.state === "running") return { due: false };
  if (latestJob?.state === "failed" && o.nowMs - latestJob.createdAtMs < AFTER_FAILURE_MS)
    return { due: false };
  const isImportNewer =
    o.lastImportAtMs !== null && o.lastCheckedAtMs !== null && o.lastImportAtMs > o.lastCheckedAtMs;
  if (o.lastCheckedDay === null || isImportNewer) return { due: true, fromDay: null, toDay };
  if (o.lastCheckedDay >= toDay) return { due: false };
  return { due: true, fromDay: addDays(o.lastCheckedDay, 1 - AGAIN_DAYS), toDay };
}

/** The last whole UTC day, but not long after the last day on which anything arrived. */
export function getLastCheckableDay(lastArchivedDay: string, nowMs: number): string {
  const yesterday = utcDay(nowMs - DAY_MS);
  const watchedUntil = addDays(lastArchivedDay, SILENT_DAYS_MAX);
  return watchedUntil < yesterday ? lastArchivedDay : yesterday;
}

export function addDays(day: string, days: number): string {
  return utcDay(Date.parse(day) + days * DAY_MS);
}

/** All days from one to another, both included. */
export function listDays(fromDay: string, toDay: string): string[] {
  const days: string[] = [];
  for (let day = fromDay; day <= toDay; day = addDays(day, 1)) days.push(day);
  return days;
}
