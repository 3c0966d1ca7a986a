import { EVENT_PARTITIONS, redisKeys } from "@shortlist/contracts";

/** One stream to archive; `part` names it inside batch names, so two streams never share a file. */
export interface ArchivedStream {
  readonly workspace: string;
  readonly key: string;
  readonly part: string;
  readonly kind: "events" | "slates" | "shadows" | "quarantine";
}

export const GROUP = "archiver";

export function listStreams(workspace: string): ArchivedStream[] {
  const partitions = Array.from({ length: EVENT_PARTITIONS }, (_, partition) => ({
    workspace,
    key: redisKeys.events(workspace, partition),
    part: `p${partition}`,
    kind: "events" as const,
  }));
  const quarantines = Array.from({ length: EVENT_PARTITIONS }, (_, partition) => ({
    workspace,
    key: redisKeys.quarantine(workspace, partition),
    part: `q${partition}`,
    kind: "quarantine" as const,
  }));
  const slates = { workspace, key: redisKeys.slates(workspace), part: "slates", kind: "slates" as const };
  const shadows = {
    workspace,
    key: redisKeys.shadows(workspace),
    part: "shadows",
    kind: "shadows" as const,
  };
  return [...partitions, ...quarantines, slates, shadows];
}

/** An entry of a stream: its id, and the field that holds the JSON. */
export interface StreamEntry {
  readonly id: string;
  /** Null when the entry has no such field, which makes it poison. */
  readonly json: string | null;
}

/**
 * Name of a batch, from what is in it: the same entries read again after a crash write the same file again,
 * so the file is replaced instead of doubled.
 */
export function createBatchName(part: string, entries: readonly StreamEntry[]): string {
  return `stream-${part}-${entries[0]!.id}-${entries.at(-1)!.id}`;
}

/** A reply of XREADGROUP or XCLAIM: [id, [field, value, …]]; the fields are null when the entry was trimmed. */
export type RawEntry = [id: string, fields: string[] | null];

/** The field that holds the record: an event, a slate, or what was set aside. */
const RECORD_FIELDS: ReadonlySet<string> = new Set(["e", "s", "q"]);

export function toEntries(raw: readonly (RawEntry | null)[]): StreamEntry[] {
  return raw.flatMap((entry) => {
    if (entry === null || entry[1] === null) return [];
    const [id, fields] = entry;
    const at = fields.findIndex((field, i) => i % 2 === 0 && RECORD_FIELDS.has(field));
    return [{ id, json: at < 0 ? null : (fields[at + 1] ?? null) }];
  });
}

/** When an entry was written, from its id. */
export function timeOfEntry(id: string): number {
  return Number(id.split("-")[0]);
}

/** Negative when `a` is the older entry. */
export function compareIds(a: string, b: string): number {
  return timeOfEntry(a) - timeOfEntry(b) || Number(a.split("-")[1]) - Number(b.split("-")[1]);
}

/** Whether Redis says that the stream or its consumer group is not there. */
export function isNoGroup(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("NOGROUP");
}
