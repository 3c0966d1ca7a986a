import { createHash } from "node:crypto";
import { INTERACTION_TYPES, type InteractionType, type StoredInteraction } from "@shortlist/contracts";
import { pseudonymise } from "@shortlist/platform";
import type { InteractionsMapping } from "./mapping";
import { meets, readNumber, readText, readTimeMs } from "./readField";
import type { SourceRow } from "./readRows";

export interface MappedRow {
  readonly interaction: StoredInteraction | null;
  /** Every reason that applies, most telling first; empty when the row is imported. */
  readonly problems: readonly string[];
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
