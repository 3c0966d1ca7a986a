import type { RepairStep } from "@shortlist/contracts";

export type StepOp = RepairStep["op"];

export const STEP_LABELS: Record<StepOp, string> = {
  map: "Map values of a field",
  rename: "Rename a field",
  default: "Fill a missing field",
  rekey_item: "Change the prefix of item ids",
  read_number: "Read a text as a number",
  read_time: "Read the time in another format",
  drop: "Drop a field",
  accept: "Accept as it is",
};

/** A new step of a kind, for the person to fill in. */
export function createStep(op: StepOp, reason: string): RepairStep {
  switch (op) {
    case "map":
      return { op, field: "type", values: {} };
    case "rename":
      return { op, from: "", to: "" };
    case "default":
      return { op, field: "", value: "" };
    case "rekey_item":
      return { op, stripPrefix: "", addPrefix: "" };
    case "read_number":
      return { op, field: "value" };
    case "read_time":
      return { op };
    case "drop":
      return { op, field: "" };
    case "accept":
      return { op, reason };
  }
}

/** Whether a step says enough to be tried; others are left out of the preview. */
export function isComplete(step: RepairStep): boolean {
  switch (step.op) {
    case "map":
      return step.field !== "" && Object.keys(step.values).length > 0;
    case "rename":
      return step.from !== "" && step.to !== "" && step.from !== step.to;
    case "default":
      return step.field !== "" && step.value !== "";
    case "rekey_item":
      return step.stripPrefix !== "" || step.addPrefix !== "";
    case "drop":
      return step.field !== "";
    case "accept":
      return step.reason !== "";
    default:
      return true;
  }
}

type Event = Readonly<Record<string, unknown>>;

/** The step that most often mends a reason, from what a row of the group looks like; null when nothing is likely. */
export function suggestStep(reason: string, events: readonly Event[]): RepairStep | null {
  const example = events[0] ?? {};
  switch (reason) {
    case "unknown_type":
      return {
        op: "map",
        field: "type",
        values: Object.fromEntries(listValues(events, "type").map((v) => [v, ""])),
      };
    case "missing_shopper": {
      const from = Object.keys(example).find((name) =>
        /^(user|customer|shopper|member|account)_?(id|key|no)$/i.test(name),
      );
      return from === undefined ? null : { op: "rename", from, to: "userId" };
    }
    case "missing_item": {
      const from = Object.keys(example).find((name) =>
        /^(sku|item|item_id|product|product_?id)$/i.test(name),
      );
      return from === undefined ? null : { op: "rename", from, to: "itemId" };
    }
    case "missing_type":
      return { op: "default", field: "type", value: "" };
    case "unreadable_time":
      return { op: "read_time" };
    case "value_not_a_number":
    case "quantity_not_a_number":
    case "position_not_a_number":
      return { op: "read_number", field: reason.split("_")[0] as "value" | "quantity" | "position" };
    case "unreadable_currency":
    case "unreadable_surface":
    case "unreadable_request_id":
      return {
        op: "drop",
        field: { currency: "currency", surface: "surface", request_id: "requestId" }[
          reason.slice("unreadable_".length)
        ]!,
      };
    case "unreadable_item":
      return null;
    default:
      // What only a person can judge: a duplicate, a bot, a reason of a mapping, something out of range.
      return /^(missing|unreadable|not_an)_/.test(reason) ? null : { op: "accept", reason };
  }
}

/** Different texts of a field, the most frequent first. */
function listValues(events: readonly Event[], field: string): string[] {
  const counts = new Map<string, number>();
  for (const event of events) {
    const value = event[field];
    if (typeof value === "string" && value !== "") counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .map(([value]) => value)
    .slice(0, 10);
}

export interface FieldChange {
  readonly field: string;
  readonly before: string;
  readonly after: string;
}

/** What the steps change in a row, field by field; fields of the context one by one. */
export function listChanges(before: Event, after: Event): FieldChange[] {
  const [old, now] = [flatten(before), flatten(after)];
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((field) => old.get(field) !== now.get(field))
    .map((field) => ({ field, before: old.get(field) ?? "–", after: now.get(field) ?? "–" }));
}

function flatten(event: Event): Map<string, string> {
  const fields = new Map<string, string>();
  for (const [name, value] of Object.entries(event)) {
    if (name === "context" && value !== null && typeof value === "object" && !Array.isArray(value))
      for (const [inner, each] of Object.entries(value)) fields.set(`context.${inner}`, show(each));
    else fields.set(name, show(value));
  }
  return fields;
}

function show(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A step in words, for the record of a repair. */
export function stepText(step: RepairStep): string {
  switch (step.op) {
    case "map":
      return `${step.field}: ${Object.entries(step.values)
        .map(([from, to]) => `${from} becomes ${to}`)
        .join(", ")}`;
    case "rename":
      return `${step.from} becomes ${step.to}`;
    case "default":
      return `${step.field} is ${step.value} where it is missing`;
    case "rekey_item":
      return [
        step.stripPrefix === "" ? null : `item ids lose ${step.stripPrefix}`,
        step.addPrefix === "" ? null : `item ids begin with ${step.addPrefix}`,
      ]
        .filter((part) => part !== null)
        .join(", ");
    case "read_number":
      return `${step.field} is read as a number`;
    case "read_time":
      return "the time is read as Unix time, or as UTC where it has no zone";
    case "drop":
      return `${step.field} is dropped`;
    case "accept":
      return `${step.reason.replaceAll("_", " ")} is accepted`;
  }
}
