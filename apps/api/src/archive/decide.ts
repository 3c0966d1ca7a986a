import {
  PROBE_SHOPPER,
  QuarantineEntry,
  readAppVersion,
  ShadowRecord,
  SlateLogRecord,
  type StoredInteraction,
  StoredInteractionSchema,
  toRawEvent,
} from "@shortlist/contracts";
import type { ArchivedShadow, ArchivedSlate, QuarantinedRow } from "@shortlist/lake";
import type * as z from "zod";
import { type StreamEntry, timeOfEntry } from "./streams";

/** What of a poison entry is kept: enough to see what it is, not enough to fill the lake. */
const RAW_MAX = 4_000;

export interface Sorted<T> {
  readonly rows: readonly T[];
  readonly quarantined: readonly QuarantinedRow[];
}

/** Probes of freshness end here: nothing archived, learned or counted knows of them. */
export function sortInteractions(entries: readonly StreamEntry[]): Sorted<StoredInteraction> {
  const { rows, quarantined } = sortEntries(entries, "event stream", (value) =>
    StoredInteractionSchema.safeParse(value),
  );
  return { rows: rows.filter(({ shopper }) => shopper !== PROBE_SHOPPER), quarantined };
}

export function sortSlates(entries: readonly StreamEntry[]): Sorted<ArchivedSlate> {
  const { rows, quarantined } = sortEntries(entries, "slate stream", (value) =>
    SlateLogRecord.safeParse(value),
  );
  return {
    quarantined,
    rows: rows.map((record) => ({
      requestId: record.requestId,
      atMs: record.atMs,
      surface: record.surface,
      shopper: record.shopper,
      releaseId: record.releaseId,
      rung: record.rung,
      record: JSON.stringify(record),
      rolloutId: record.rollout?.rolloutId ?? null,
      arm: record.rollout?.arm ?? null,
    })),
  };
}

export function sortShadows(entries: readonly StreamEntry[]): Sorted<ArchivedShadow> {
  const { rows, quarantined } = sortEntries(entries, "shadow stream", (value) =>
    ShadowRecord.safeParse(value),
  );
  return {
    quarantined,
    rows: rows.map((record) => ({
      requestId: record.requestId,
      atMs: record.atMs,
      surface: record.surface,
      rolloutId: record.rolloutId,
      record: JSON.stringify(record),
    })),
  };
}

/** An entry that could not be archived although it reads well: kept as it is, with the error. */
export function toPoison(entry: StreamEntry, source: string, problem: string): QuarantinedRow {
  return {
    source,
    rowNumber: timeOfEntry(entry.id),
    reason: "poison",
    problems: [problem],
    receivedAtMs: timeOfEntry(entry.id),
    appVersion: null,
    raw: `${entry.id} ${(entry.json ?? "").slice(0, RAW_MAX)}`,
  };
}

/** What the edge and the event log set aside, on its way to where people look at it. */
export function sortQuarantine(entries: readonly StreamEntry[]): readonly QuarantinedRow[] {
  const { rows, quarantined } = sortEntries(entries, "quarantine stream", (value) =>
    QuarantineEntry.safeParse(value),
  );
  return [
    ...quarantined,
    ...rows.map((entry): QuarantinedRow => {
      const row = "stored" in entry ? toQuarantinedEvent(entry) : entry;
      return {
        ...row,
        rowNumber: row.receivedAtMs,
        reason: row.reasons[0]!,
      };
    }),
  ];
}

function toQuarantinedEvent({ reasons, stored }: { reasons: string[]; stored: StoredInteraction }) {
  return {
    source: "event log",
    reasons,
    problems: [],
    receivedAtMs: stored.receivedAtMs,
    appVersion: readAppVersion({ context: stored.context }),
    eventType: stored.type,
    raw: JSON.stringify(toRawEvent(stored)),
    isEvent: true,
  };
}

/** Entries that parse, and those that never will: kept with the reason, or they would block the stream (D1). */
function sortEntries<T>(
  entries: readonly StreamEntry[],
  source: string,
  parse: (value: unknown) => z.ZodSafeParseResult<T>,
): Sorted<T> {
  const rows: T[] = [];
  const quarantined: QuarantinedRow[] = [];
  for (const entry of entries) {
    const setAside = (reason: string, problems: readonly string[]) => {
      quarantined.push({
        source,
        rowNumber: timeOfEntry(entry.id),
        reason,
        problems,
        receivedAtMs: timeOfEntry(entry.id),
        appVersion: null,
        raw: `${entry.id} ${(entry.json ?? "").slice(0, RAW_MAX)}`,
      });
    };
    if (entry.json === null) {
      setAside("empty_entry", ["the entry holds no record"]);
      continue;
    }
    let value: unknown;
    try {
      value = JSON.parse(entry.json);
    } catch {
      setAside("not_json", ["the entry is not JSON"]);
      continue;
    }
    const parsed = parse(value);
    if (parsed.success) rows.push(parsed.data);
    else
      setAside(
        "schema_mismatch",
        parsed.error.issues.slice(0, 5).map((issue) => `${issue.path.join(".")}: ${issue.message}`),
      );
  }
  return { rows, quarantined };
}
