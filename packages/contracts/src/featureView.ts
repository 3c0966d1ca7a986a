import * as z from "zod";
import type { FieldProblem } from "./errors";
import { InteractionType } from "./interaction";

// A feature view: one definition that compiles to DuckDB SQL and to a streaming fold (DESIGN invariant 5).
// Plain data throughout, so that it can be written as YAML. What each word computes: docs/methods/features.md.

/** `5m`, `1h`, `7d`: a whole number of seconds, minutes, hours or days. */
export const Duration = z.string().regex(/^[1-9]\d{0,4}[smhd]$/, "write a duration such as 30m, 1h or 7d");

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

export function durationSeconds(duration: string): number {
  return Number(duration.slice(0, -1)) * SECONDS[duration.at(-1)!]!;
}

/** 5 minutes is the smallest tile: a shorter window would be mostly rounding. */
const WINDOW_SECONDS_MIN = 300;
/** Aggregates are kept two years (D8); a window beyond that could never be filled. */
const WINDOW_SECONDS_MAX = 730 * 86_400;

const FeatureWindow = Duration.refine(
  (text) => durationSeconds(text) >= WINDOW_SECONDS_MIN && durationSeconds(text) <= WINDOW_SECONDS_MAX,
  "use a window from 5m to 730d, or null for all time",
);

/** What a view's rows are about; an event without one of the key's parts belongs to no row. */
export const FEATURE_ENTITIES = {
  shopper: ["shopper"],
  item: ["itemId"],
  shopper_item: ["shopper", "itemId"],
  session: ["sessionId"],
} as const satisfies Record<string, readonly string[]>;
export const FeatureEntity = z.enum(["shopper", "item", "shopper_item", "session"]);
export type FeatureEntity = z.infer<typeof FeatureEntity>;

/** How a field relates to a person. `pii` is refused (D9); pseudonyms are keyed hashes made at the edge. */
export const PiiClass = z.enum(["none", "pseudonymous", "pii"]);

/** Fields every interaction has. Any other is `context.<name>` and has to be declared with type and PII class. */
export const EVENT_FIELDS = {
  type: { type: "text", pii: "none" },
  itemId: { type: "text", pii: "none" },
  shopper: { type: "text", pii: "pseudonymous" },
  sessionId: { type: "text", pii: "pseudonymous" },
  requestId: { type: "text", pii: "none" },
  surface: { type: "text", pii: "none" },
  currency: { type: "text", pii: "none" },
  position: { type: "number", pii: "none" },
  value: { type: "number", pii: "none" },
  quantity: { type: "number", pii: "none" },
} as const satisfies Record<string, DeclaredField>;

const DeclaredField = z.strictObject({ type: z.enum(["text", "number"]), pii: PiiClass });
type DeclaredField = z.infer<typeof DeclaredField>;

const FieldName = z
  .string()
  .regex(
    /^([A-Za-z]+|context\.[A-Za-z_][A-Za-z0-9_]{0,63})$/,
    "name a field of the event, or context.<name> with letters, digits and _",
  );

/** Text that reaches SQL as a literal: printable, so that both runtimes compare the same characters. */
const FilterText = z
  .string()
  .max(200)
  .regex(/^[^\p{Cc}]*$/u, "leave out control characters");
const FilterValue = z.union([FilterText, z.number()]);

const Comparison = z.union([
  z.strictObject({ field: FieldName, op: z.enum(["eq", "ne"]), value: FilterValue }),
  z.strictObject({ field: FieldName, op: z.enum(["gt", "gte", "lt", "lte"]), value: z.number() }),
  z.strictObject({ field: FieldName, op: z.literal("in"), value: z.array(FilterValue).min(1).max(100) }),
  z.strictObject({ field: FieldName, op: z.literal("exists") }),
]);

/**
 * A closed expression, never SQL. A comparison with a missing field is false (also `ne`); `not` turns that into
 * true: two values, no unknown.
 */
export type EventFilter =
  | z.infer<typeof Comparison>
  | { all: EventFilter[] }
  | { any: EventFilter[] }
  | { not: EventFilter };
export const EventFilter: z.ZodType<EventFilter> = z.lazy(() =>
  z.union([
    Comparison,
    z.strictObject({ all: z.array(EventFilter).min(1).max(20) }),
    z.strictObject({ any: z.array(EventFilter).min(1).max(20) }),
    z.strictObject({ not: EventFilter }),
  ]),
);

const common = {
  name: z.string().regex(/^[a-z][a-z0-9_]{0,47}$/, "use lower-case letters, digits and _"),
  windows: z.array(FeatureWindow.nullable()).min(1).max(8),
  where: EventFilter.optional(),
  description: z.string().max(300).optional(),
};
const numberDefault = { default: z.number().nullable().optional() };
const anyDefault = { default: z.union([FilterText, z.number()]).nullable().optional() };
/** One side of a ratio: events that pass `where`, or the sum of a field over them. */
const RatioPart = z.strictObject({ field: FieldName.optional(), where: EventFilter.optional() });

export const FeatureDefinition = z.discriminatedUnion("op", [
  z.strictObject({ ...common, ...numberDefault, op: z.literal("count") }),
  ...(["sum", "mean", "min", "max"] as const).map((op) =>
    z.strictObject({ ...common, ...numberDefault, op: z.literal(op), field: FieldName }),
  ),
  z.strictObject({
    ...common,
    ...numberDefault,
    op: z.literal("distinct"),
    field: FieldName,
    /** Exact up to this many different values; more read as this many. */
    bound: z.int().min(1).max(1000).default(200),
  }),
  z.strictObject({ ...common, ...anyDefault, op: z.literal("last"), field: FieldName }),
  z.strictObject({ ...common, op: z.literal("last_n"), field: FieldName, n: z.int().min(1).max(100) }),
  z.strictObject({
    ...common,
    ...numberDefault,
    op: z.literal("ratio"),
    numerator: RatioPart,
    denominator: RatioPart,
    /** Rate to believe without data, worth `weight` units of the denominator. */
    prior: z.strictObject({ rate: z.number(), weight: z.number().min(0) }).default({ rate: 0, weight: 0 }),
  }),
  z.strictObject({ ...common, ...numberDefault, op: z.literal("time_since") }),
  z.strictObject({ ...common, ...numberDefault, op: z.literal("decayed_count"), halfLife: Duration }),
]);
export type FeatureDefinition = z.infer<typeof FeatureDefinition>;

export const FeatureView = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "use lower-case letters, digits and _"),
    version: z.int().min(1),
    description: z.string().max(500).default(""),
    owner: z.string().min(1).max(100),
    entity: FeatureEntity,
    source: z.strictObject({ types: z.array(InteractionType).min(1), where: EventFilter.optional() }),
    /** Declarations of the `context.<name>` fields the view reads. */
    fields: z.record(FieldName, DeclaredField).default({}),
    features: z.array(FeatureDefinition).min(1).max(64),
    /** Values count as expired when the newest event of the row is older; null: never. */
    ttl: Duration.nullable().default(null),
    mode: z.enum(["batch", "stream", "both"]),
    /** Events that arrive later than this after they occurred are left out, in both runtimes. */
    allowedLateness: Duration.default("1d"),
    freshnessObjectiveSeconds: z.number().positive(),
  })
  .superRefine((view, ctx) => {
    for (const { field, problem } of findViewProblems(view))
      ctx.addIssue({ code: "custom", path: field.split("."), message: problem });
  });
export type FeatureView = z.infer<typeof FeatureView>;

const NUMERIC_OPS: ReadonlySet<string> = new Set(["sum", "mean", "min", "max"]);

function findViewProblems(view: {
  fields: Record<string, DeclaredField>;
  source: { where?: EventFilter | undefined };
  features: readonly FeatureDefinition[];
}): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const known: Record<string, DeclaredField> = { ...view.fields, ...EVENT_FIELDS };
  for (const name of Object.keys(view.fields)) {
    if (name in EVENT_FIELDS)
      problems.push({ field: `fields.${name}`, problem: `${name} is a field of every event: remove it` });
  }
  const check = (field: string, at: string, type?: "text" | "number") => {
    const found = known[field];
    const refuse = (problem: string) => void problems.push({ field: at, problem });
    if (found === undefined) refuse(`${field} is not known: declare it under fields with type and pii`);
    else if (found.pii === "pii") refuse(`${field} is classified PII: features may not read it (remove it)`);
    else if (type !== undefined && found.type !== type)
      refuse(`${field} is ${found.type}, this needs ${type}: use another field`);
  };
  const checkFilter = (filter: EventFilter | undefined, at: string): void => {
    if (filter === undefined) return;
    if ("all" in filter) filter.all.forEach((f, i) => void checkFilter(f, `${at}.all.${i}`));
    else if ("any" in filter) filter.any.forEach((f, i) => void checkFilter(f, `${at}.any.${i}`));
    else if ("not" in filter) checkFilter(filter.not, `${at}.not`);
    else if (filter.op === "exists") check(filter.field, `${at}.field`);
    else {
      const values = Array.isArray(filter.value) ? filter.value : [filter.value];
      for (const value of values)
        check(filter.field, `${at}.field`, typeof value === "number" ? "number" : "text");
    }
  };
  checkFilter(view.source.where, "source.where");
  const outputs = new Set<string>();
  view.features.forEach((feature, i) => {
    const at = `features.${i}`;
    checkFilter(feature.where, `${at}.where`);
    if ("field" in feature)
      check(feature.field, `${at}.field`, NUMERIC_OPS.has(feature.op) ? "number" : undefined);
    if (feature.op === "ratio") {
      for (const side of ["numerator", "denominator"] as const) {
        const part = feature[side];
        if (part.field !== undefined) check(part.field, `${at}.${side}.field`, "number");
        checkFilter(part.where, `${at}.${side}.where`);
      }
    }
    for (const window of feature.windows) {
      const name = `${feature.name}_${window ?? "ever"}`;
      if (outputs.has(name))
        problems.push({ field: `${at}.name`, problem: `${name} is defined twice: rename it` });
      outputs.add(name);
    }
  });
  return problems;
}

/** The view as JSON with sorted keys: equal texts mean equal definitions; its SHA-256 is the view's hash. */
export function canonicalFeatureViewJson(view: FeatureView): string {
  return JSON.stringify(view, (_key, value: unknown) =>
    value !== null && typeof value === "object" && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/**
 * A published version never changes: models name it. Publishing the same content again is fine.
 *
 * @returns null when `next` may be published, else what is wrong
 */
export function findVersionProblem(
  published: readonly FeatureView[],
  next: FeatureView,
): FieldProblem | null {
  const versions = published.filter((view) => view.name === next.name);
  const same = versions.find((view) => view.version === next.version);
  const newest = Math.max(0, ...versions.map((view) => view.version));
  if (same !== undefined) {
    if (canonicalFeatureViewJson(same) === canonicalFeatureViewJson(next)) return null;
    return {
      field: "version",
      problem: `${next.name} version ${next.version} is published and cannot change: use version ${newest + 1}`,
    };
  }
  if (next.version === newest + 1) return null;
  return { field: "version", problem: `the next version of ${next.name} is ${newest + 1}` };
}
