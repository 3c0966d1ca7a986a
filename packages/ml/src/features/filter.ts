import { requireInput } from "../errors";
import type { FeatureEvent, FieldType, FilterSpec, FilterValue } from "./spec";

export type ReadField = (event: FeatureEvent) => FilterValue | null;

/** The fields every event has, with their types. */
export const EVENT_FIELD_TYPES: Readonly<Record<string, FieldType>> = {
  type: "text",
  itemId: "text",
  shopper: "text",
  sessionId: "text",
  requestId: "text",
  surface: "text",
  currency: "text",
  position: "number",
  value: "number",
  quantity: "number",
};

/**
 * Numbers beyond this are read as missing, in both runtimes: sums are then exact in 127-bit fixed point for up to
 * 10⁸ events, and no price or quantity is lost.
 */
export const NUMBER_ABS_MAX = 1e12;
/** Numbers nearer to 0 are read as 0: in fixed point they would lose the nine digits that are promised. */
export const NUMBER_ABS_MIN = 1e-9;

export type DeclaredFields = Readonly<Record<string, { readonly type: FieldType }>>;

export function getFieldType(field: string, declared: DeclaredFields): FieldType {
  const type = EVENT_FIELD_TYPES[field] ?? declared[field]?.type;
  requireInput(
    type !== undefined,
    "unknown_field",
    `${field} is no field of an event: declare it under fields`,
  );
  return type;
}

/** A value of another type than declared, a non-finite and a too large number are all read as missing (null). */
export function compileField(field: string, declared: DeclaredFields): ReadField {
  const type = getFieldType(field, declared);
  const key = field.startsWith("context.") ? field.slice("context.".length) : null;
  const read =
    key === null
      ? (event: FeatureEvent) => event[field as keyof FeatureEvent] as unknown
      : (event: FeatureEvent) => (Object.hasOwn(event.context, key) ? event.context[key] : null);
  if (type === "text")
    return (event) => {
      const value = read(event);
      return typeof value === "string" ? value : null;
    };
  return (event) => {
    const value = read(event);
    if (typeof value !== "number" || !(Math.abs(value) <= NUMBER_ABS_MAX)) return null;
    return Math.abs(value) < NUMBER_ABS_MIN ? 0 : value;
  };
}

export function compileFilter(
  filter: FilterSpec | undefined,
  declared: DeclaredFields,
): (event: FeatureEvent) => boolean {
  if (filter === undefined) return () => true;
  if ("all" in filter) {
    const parts = filter.all.map((part) => compileFilter(part, declared));
    return (event) => parts.every((part) => part(event));
  }
  if ("any" in filter) {
    const parts = filter.any.map((part) => compileFilter(part, declared));
    return (event) => parts.some((part) => part(event));
  }
  if ("not" in filter) {
    const part = compileFilter(filter.not, declared);
    return (event) => !part(event);
  }
  const read = compileField(filter.field, declared);
  if (filter.op === "exists") return (event) => read(event) !== null;
  if (filter.op === "in") {
    const allowed = new Set(filter.value);
    return (event) => {
      const value = read(event);
      return value !== null && allowed.has(value);
    };
  }
  const { op, value: wanted } = filter;
  return (event) => {
    const value = read(event);
    if (value === null) return false;
    switch (op) {
      case "eq":
        return value === wanted;
      case "ne":
        return value !== wanted;
      case "gt":
        return (value as number) > (wanted as number);
      case "gte":
        return (value as number) >= (wanted as number);
      case "lt":
        return (value as number) < (wanted as number);
      case "lte":
        return (value as number) <= (wanted as number);
    }
  };
}
