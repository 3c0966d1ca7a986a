import type { RepairStep } from "@shortlist/contracts";

// What each kind of step does to an event. Steps never fail: one that does not apply leaves the event as it is.

export function applyStep(event: Record<string, unknown>, step: RepairStep): Record<string, unknown> {
  switch (step.op) {
    case "rename": {
      const value = getField(event, step.from);
      return value === undefined ? event : setField(dropField(event, step.from), step.to, value);
    }
    case "default": {
      const value = getField(event, step.field);
      return value === undefined || value === null || value === ""
        ? setField(event, step.field, step.value)
        : event;
    }
    case "map": {
      const value = getField(event, step.field);
      const mapped = Object.hasOwn(step.values, String(value)) ? step.values[String(value)] : undefined;
      return value === undefined || mapped === undefined ? event : setField(event, step.field, mapped);
    }
    case "rekey_item": {
      const { itemId } = event;
      if (typeof itemId !== "string" && typeof itemId !== "number") return event;
      const id = String(itemId);
      const rest = id.startsWith(step.stripPrefix) ? id.slice(step.stripPrefix.length) : id;
      return { ...event, itemId: step.addPrefix + rest };
    }
    case "read_number": {
      const number = readNumber(event[step.field]);
      return number === null ? event : { ...event, [step.field]: number };
    }
    case "read_time": {
      const timeMs = readTimeMs(event.occurredAt);
      return timeMs === null ? event : { ...event, occurredAt: new Date(timeMs).toISOString() };
    }
    case "drop":
      return dropField(event, step.field);
    case "accept":
      return event;
  }
}

function getField(event: Record<string, unknown>, path: string): unknown {
  const [first, second] = path.split(".") as [string, string | undefined];
  const value = Object.hasOwn(event, first) ? event[first] : undefined;
  if (second === undefined) return value;
  if (value === null || typeof value !== "object") return undefined;
  return Object.hasOwn(value, second) ? (value as Record<string, unknown>)[second] : undefined;
}

function setField(event: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const [first, second] = path.split(".") as [string, string | undefined];
  if (second === undefined) return { ...event, [first]: value };
  const parent = event[first];
  const kept = parent !== null && typeof parent === "object" && !Array.isArray(parent) ? parent : {};
  return { ...event, [first]: { ...kept, [second]: value } };
}

function dropField(event: Record<string, unknown>, path: string): Record<string, unknown> {
  const [first, second] = path.split(".") as [string, string | undefined];
  if (second === undefined) {
    const { [first]: _gone, ...rest } = event;
    return rest;
  }
  const parent = event[first];
  if (parent === null || typeof parent !== "object") return event;
  const { [second]: _gone, ...rest } = parent as Record<string, unknown>;
  return { ...event, [first]: rest };
}

/** `9,95 €` → 9.95, `1.299,00` → 1299, `"3"` → 3; null when it is not clear which number is meant. */
export function readNumber(value: unknown): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  if (typeof value !== "string") return null;
  const text = value.replaceAll(/[\s\u00a0]|[€$£¥]|[A-Za-z]{3}/g, "");
  if (/^[+-]?\d+(?:\.\d+)?$/.test(text)) return Number(text);
  if (/^[+-]?\d+,\d{1,2}$/.test(text)) return Number(text.replace(",", "."));
  if (/^[+-]?\d{1,3}(?:\.\d{3})+,\d{1,2}$/.test(text))
    return Number(text.replaceAll(".", "").replace(",", "."));
  if (/^[+-]?\d{1,3}(?:(?:,\d{3})+\.\d+|(?:,\d{3}){2,})$/.test(text)) return Number(text.replaceAll(",", ""));
  return null;
}

/** Unix time in seconds or milliseconds, ISO 8601, and the same without a zone, read as UTC; null for anything else. */
export function readTimeMs(value: unknown): number | null {
  const text = typeof value === "number" ? String(value) : typeof value === "string" ? value.trim() : "";
  if (/^\d{10}(?:\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  if (/^\d{13}$/.test(text)) return Number(text);
  const naive = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,9})?)?$/.exec(text);
  const iso = naive === null ? text : `${naive[1]}T${naive[2]}${naive[3] ?? ":00"}Z`;
  if (!/^\d{4}-\d{2}-\d{2}T.*(?:Z|[+-]\d{2}:?\d{2})$/.test(iso)) return null;
  const timeMs = Date.parse(iso);
  return Number.isFinite(timeMs) ? timeMs : null;
}
