import { createHash } from "node:crypto";
import {
  INTERACTION_TYPES,
  type InteractionType,
  maskPersonalData,
  type StoredInteraction,
} from "@shortlist/contracts";
import { pseudonymise } from "@shortlist/platform";
import type { FieldMapping, InteractionsMapping } from "./mapping";
import { meets, readNumber, readText, readTimeMs } from "./readField";
import type { SourceRow } from "./readRows";

export interface MappedRow {
  readonly interaction: StoredInteraction | null;
  /** Every reason that applies, most telling first; empty when the row is imported. */
  readonly problems: readonly string[];
}

/** What is kept of a row that was set aside: the event it would have become, with pseudonyms for ids. */
export interface SetAsideEvent {
  readonly raw: string;
  readonly eventType: string | null;
  /** When the source says it arrived, else when it happened; null when neither can be read. */
  readonly receivedAtMs: number | null;
}

/** Turns one source row into an interaction with pseudonyms, or says everything that is wrong with it. */
export function mapInteraction(
  row: SourceRow,
  mapping: InteractionsMapping,
  o: { workspace: string; pseudonymKey: string; nowMs: number },
): MappedRow {
  const { cells } = row;
  const { fields } = mapping;
  if (row.problem !== null) return { interaction: null, problems: [row.problem] };
  const problems = mapping.setAside.filter(({ when }) => meets(when, cells)).map(({ reason }) => reason);

  const type = readText(fields.type, cells);
  if (type === null || !(INTERACTION_TYPES as readonly string[]).includes(type))
    problems.push(type === "" ? "missing_type" : "unknown_type");
  const itemId = readText(fields.itemId, cells) ?? "";
  const isItemless = mapping.itemlessTypes.includes(type as InteractionType);
  if (itemId === "" && !isItemless) problems.push("missing_item");
  const userId = readText(fields.userId, cells) ?? "";
  const anonymousId = readText(fields.anonymousId, cells) ?? "";
  if (userId === "" && anonymousId === "") problems.push("missing_shopper");
  const occurredAtMs = readTimeMs(fields.occurredAt, cells);
  if (occurredAtMs === undefined) problems.push("missing_time");
  if (occurredAtMs === null) problems.push("unreadable_time");
  const receivedAtMs = readTimeMs(fields.receivedAt, cells) ?? occurredAtMs;
  if (
    occurredAtMs != null &&
    occurredAtMs > Math.min(receivedAtMs ?? o.nowMs, o.nowMs) + mapping.clockSkewMinutes * 60_000
  )
    problems.push("time_in_future");
  const quantity = readNumber(fields.quantity, cells);
  const value = readNumber(fields.value, cells);
  const position = readNumber(fields.position, cells);
  if (quantity === null) problems.push("quantity_not_a_number");
  if (value === null) problems.push("value_not_a_number");
  if (position === null) problems.push("position_not_a_number");
  if (problems.length > 0 || occurredAtMs == null) return { interaction: null, problems };

  const hash = (kind: "user" | "anonymous", id: string) =>
    pseudonymise(o.pseudonymKey, o.workspace, kind, id);
  const anonymous = anonymousId === "" ? null : hash("anonymous", anonymousId);
  const context: Record<string, unknown> = {};
  for (const [name, column] of Object.entries(mapping.context)) {
    const cell = cells[column] ?? "";
    if (cell !== "") context[name] = cell;
  }
  return {
    problems,
    interaction: {
      eventId: readText(fields.eventId, cells) || naturalEventId(row, mapping),
      type: type as InteractionType,
      itemId: itemId === "" ? null : itemId,
      shopper: userId === "" ? (anonymous ?? "") : hash("user", userId),
      anonymousShopper: userId === "" ? null : anonymous,
      sessionId: readText(fields.sessionId, cells) || null,
      requestId: readText(fields.requestId, cells) || null,
      position: position ?? null,
      surface: readText(fields.surface, cells) || null,
      occurredAtMs,
      receivedAtMs: receivedAtMs ?? occurredAtMs,
      value: value ?? null,
      currency: readText(fields.currency, cells) || null,
      quantity: quantity ?? null,
      context,
    },
  };
}

/**
 * The mapping's output for a row that cannot be imported, in the shape of an event, so that it can be repaired and
 * replayed like one. A cell that could not be read stands as it is, and the mapping's value tables have been applied.
 */
export function toSetAsideEvent(
  row: SourceRow,
  mapping: InteractionsMapping,
  o: { workspace: string; pseudonymKey: string },
): SetAsideEvent {
  const { cells } = row;
  const { fields } = mapping;
  const text = (field: FieldMapping | undefined) => readText(field, cells) ?? readUnmapped(field, cells);
  const number = (field: FieldMapping | undefined) => readNumber(field, cells) ?? text(field);
  const hash = (kind: "user" | "anonymous", id: string) =>
    id === "" ? "" : pseudonymise(o.pseudonymKey, o.workspace, kind, id);
  const occurredAtMs = readTimeMs(fields.occurredAt, cells) ?? null;
  const context: Record<string, string> = {};
  for (const [name, column] of Object.entries(mapping.context)) context[name] = cells[column] ?? "";
  const event = {
    eventId: text(fields.eventId) || naturalEventId(row, mapping),
    type: text(fields.type),
    itemId: text(fields.itemId),
    userId: hash("user", text(fields.userId)),
    anonymousId: hash("anonymous", text(fields.anonymousId)),
    sessionId: text(fields.sessionId),
    requestId: text(fields.requestId),
    position: number(fields.position),
    surface: text(fields.surface),
    occurredAt: occurredAtMs === null ? text(fields.occurredAt) : new Date(occurredAtMs).toISOString(),
    value: number(fields.value),
    currency: text(fields.currency),
    quantity: number(fields.quantity),
    context: Object.fromEntries(Object.entries(context).filter(([, cell]) => cell !== "")),
  };
  const present = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== ""));
  const type = event.type as InteractionType;
  return {
    raw: JSON.stringify(maskPersonalData(present)),
    eventType: INTERACTION_TYPES.includes(type) ? type : null,
    receivedAtMs: readTimeMs(fields.receivedAt, cells) ?? occurredAtMs,
  };
}

/** The text before the value table, which does not know it. */
function readUnmapped(field: FieldMapping | undefined, cells: SourceRow["cells"]): string {
  if (field === undefined || !("column" in field)) return "";
  const { values: _table, ...plain } = field;
  return readText(plain, cells) ?? "";
}

/** Texts that identify the event whatever its id. */
export function naturalKey(row: SourceRow, mapping: InteractionsMapping): string[] {
  return mapping.naturalKey === undefined
    ? Object.values(row.cells)
    : mapping.naturalKey.map((column) => row.cells[column] ?? "");
}

/** The id of an event that came without one: the same row always gets the same id, so importing twice counts once. */
function naturalEventId(row: SourceRow, mapping: InteractionsMapping): string {
  const digest = createHash("sha256")
    .update(`${mapping.name}\u0000${naturalKey(row, mapping).join("\u0000")}`)
    .digest("hex");
  return `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
}
