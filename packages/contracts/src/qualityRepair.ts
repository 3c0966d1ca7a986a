import * as z from "zod";

// Repairs of events that were set aside: which rows, what is done to each, and what came of it (D1).

/** Rows with the same main reason, from the same place, of the same type and app version. */
export const QuarantineGroupKey = z.object({
  reason: z.string().min(1).max(100),
  /** `collector`, `event log`, or an import: `import-<file>-<mapping>`. */
  origin: z.string().min(1).max(200),
  eventType: z.string().max(40).nullable(),
  appVersion: z.string().max(100).nullable(),
});
export type QuarantineGroupKey = z.infer<typeof QuarantineGroupKey>;

/** A top-level field, or one of the context: `context.color`. */
const field = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_-]{0,63}(\.[A-Za-z_][A-Za-z0-9_-]{0,63})?$/,
    "name a field, or context.<field>, with letters, digits, _ or -",
  );
const scalar = z.union([z.string().max(500), z.number(), z.boolean()]);

/** One step of a repair. Steps are applied in order to a copy of the row; the row itself is never changed. */
export const RepairStep = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("rename"), from: field, to: field }),
  /** Only where the field is missing or empty. A shopper id is given as the shop knows it and pseudonymised. */
  z.strictObject({ op: z.literal("default"), field, value: scalar }),
  z.strictObject({
    op: z.literal("map"),
    field,
    values: z
      .record(z.string().max(200), scalar)
      .refine((v) => Object.keys(v).length > 0, { message: "name at least one value" }),
  }),
  z.strictObject({
    op: z.literal("rekey_item"),
    stripPrefix: z.string().max(64).default(""),
    addPrefix: z.string().max(64).default(""),
  }),
  /** Reads `9,95 €` or `"3"` as a number. */
  z.strictObject({ op: z.literal("read_number"), field: z.enum(["value", "quantity", "position"]) }),
  /** Reads Unix time in seconds or milliseconds, and times without a zone as UTC. */
  z.strictObject({ op: z.literal("read_time") }),
  z.strictObject({ op: z.literal("drop"), field }),
  /** The reason is no fault after all. */
  z.strictObject({ op: z.literal("accept"), reason: z.string().min(1).max(100) }),
]);
export type RepairStep = z.infer<typeof RepairStep>;
export const RepairSteps = z.array(RepairStep).max(20);
export type RepairSteps = z.infer<typeof RepairSteps>;

/** Where a killed replay goes on: rows up to this id are done. */
export const RepairCheckpoint = z.object({
  lastRowId: z.string(),
  chunk: z.int(),
  released: z.int(),
  refused: z.int(),
});
export type RepairCheckpoint = z.infer<typeof RepairCheckpoint>;

export const RepairReceipt = z.object({
  rows: z.int(),
  released: z.int(),
  /** Rows that were released before, by another repair or another attempt at the same row. */
  refusedByReason: z.record(z.string(), z.int()),
  days: z.array(z.object({ day: z.string(), events: z.int() })),
  items: z.int(),
  shoppers: z.int(),
  byType: z.record(z.string(), z.int()),
  /** Feature views that fold such events: how many the stream takes in, and how many are too old for it. */
  views: z.array(z.object({ ref: z.string(), name: z.string(), folded: z.int(), needBackfill: z.int() })),
});
export type RepairReceipt = z.infer<typeof RepairReceipt>;

/** Payload of the job `quality.replay`. */
export const ReplayConfig = z.object({ repairId: z.string() });

/** Payload of the job `quality.check`: UTC days, both included; null: all that the archive holds. */
export const CheckConfig = z.object({
  fromDay: z.iso.date().nullable().default(null),
  toDay: z.iso.date().nullable().default(null),
});
export type CheckConfig = z.infer<typeof CheckConfig>;

/** Daily checks, in the order of the grid. */
export const QUALITY_CHECKS = {
  volume: "Events against the same weekday of the 8 weeks before",
  volume_by_type: "The type that moved most against the same weekday of the 8 weeks before",
  nulls: "The field that is missing more often than on the 28 days before",
  schema: "Fields of the context that appeared, vanished or changed type",
  ranges: "Events with a value, quantity or position outside the rules",
  duplicates: "Events that repeat another under a new event id, kept or set aside",
  lateness: "95th percentile of the time from an event to its arrival",
  known_items: "Events whose item the catalogue knows",
  linked_shoppers: "Events that name both a user and a device, so that the two are known to be one",
  bots: "Events of shoppers who open more than 30 different items in a minute",
  set_aside: "Rows set aside of all that arrived",
} as const satisfies Record<string, string>;
export type QualityCheckName = keyof typeof QUALITY_CHECKS;
export const QUALITY_STATES = ["pass", "warn", "fail", "no_data"] as const;
export type QualityState = (typeof QUALITY_STATES)[number];
