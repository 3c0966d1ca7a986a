import type { LakeTable } from "@shortlist/lake";

export interface RetentionSettings {
  /** Days that events, slates and what was set aside are kept; 0: for ever. */
  readonly rawDays: number;
  /** Days that daily aggregates are kept; 0: for ever. */
  readonly aggregateDays: number;
}

/** A file of the lake, in the folder of its UTC day. */
export interface LakeFile {
  readonly table: LakeTable;
  readonly day: string;
  readonly name: string;
  /** When the file was written. */
  readonly writtenAtMs: number;
}

const DAY_MS = 86_400_000;

/**
 * The files that are old enough to go. A file has to be old by its day and by when it was written: a history that was
 * imported yesterday is a day old to us, however long ago it happened.
 *
 * A file of the very day that lies `rawDays` back stays: kept are at least so many whole days.
 */
export function listExpired(
  files: readonly LakeFile[],
  settings: RetentionSettings,
  nowMs: number,
): LakeFile[] {
  return files.filter((file) => {
    const days = file.table === "daily" ? settings.aggregateDays : settings.rawDays;
    if (days === 0) return false;
    const dayEndMs = Date.parse(`${file.day}T00:00:00Z`) + DAY_MS;
    return Math.max(dayEndMs, file.writtenAtMs) < nowMs - days * DAY_MS;
  });
}

/** By day, in ascending order. */
export function groupByDay(files: readonly LakeFile[]): [day: string, files: LakeFile[]][] {
  const byDay = new Map<string, LakeFile[]>();
  for (const file of files) byDay.set(file.day, [...(byDay.get(file.day) ?? []), file]);
  return [...byDay].sort(([a], [b]) => (a < b ? -1 : 1));
}
