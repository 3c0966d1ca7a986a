import { INTERACTION_TYPES } from "@shortlist/contracts";
import * as z from "zod";

/** How one text becomes one value. Applied in order: pick, transforms, value table. */
const transform = z.enum(["trim", "lowercase", "uppercase", "integerText"]);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const field = z.union([
  z.strictObject({
    column: z.union([z.string(), z.array(z.string()).min(1)]),
    transform: z.array(transform).optional(),
    /** Raw value → mapped value; a value that is not listed sets the row aside as `unknown_<field>`. */
    values: z.record(z.string(), scalar).optional(),
    /** For times: `auto` reads ISO 8601, `YYYY-MM-DD HH:MM:SS` (UTC), and Unix time of 10 or 13 digits. */
    format: z.enum(["auto", "epochSeconds", "epochMs"]).optional(),
    /** Join for several columns, such as the levels of a category. */
    join: z.string().optional(),
  }),
  z.strictObject({ constant: scalar }),
]);
export type FieldMapping = z.infer<typeof field>;

const condition = z.strictObject({
  column: z.string(),
  is: z.literal("empty").optional(),
  equals: scalar.optional(),
  in: z.array(z.string()).optional(),
  startsWith: z.string().optional(),
  matches: z.string().optional(),
  atMost: z.number().optional(),
  below: z.number().optional(),
  above: z.number().optional(),
});
export type Condition = z.infer<typeof condition>;

const total = z.union([
  z.strictObject({ distinct: z.string() }),
  z.strictObject({ sum: z.string() }),
  z.strictObject({ sumProduct: z.tuple([z.string(), z.string()]) }),
  z.strictObject({ rowsWhere: condition }),
  z.strictObject({ duplicateRows: z.literal(true) }),
]);
export type TotalMapping = z.infer<typeof total>;

const base = {
  name: z.string().regex(/^[a-z0-9-]{1,40}$/),
  description: z.string().optional(),
  format: z.enum(["csv", "jsonl", "parquet"]),
  csv: z
    .strictObject({
      delimiter: z.string().length(1).default(","),
      /** Names for files without a header line. */
      columns: z.array(z.string()).optional(),
    })
    .optional(),
  /** Rows these apply to are set aside with the reason; the first that applies is the row's reason. */
  setAside: z.array(z.strictObject({ reason: z.string().regex(/^[a-z_]+$/), when: condition })).default([]),
  totals: z.record(z.string(), total).default({}),
};

const itemFields = z.strictObject({
  itemId: field,
  title: field,
  category: field.optional(),
  brand: field.optional(),
  seller: field.optional(),
  price: field.optional(),
  currency: field.optional(),
  inStock: field.optional(),
  restricted: field.optional(),
  description: field.optional(),
  createdAt: field.optional(),
});

export const ItemsMapping = z.strictObject({ ...base, kind: z.literal("items"), fields: itemFields });

export const InteractionsMapping = z.strictObject({
  ...base,
  kind: z.literal("interactions"),
  fields: z.strictObject({
    eventId: field.optional(),
    type: field,
    itemId: field,
    userId: field.optional(),
    anonymousId: field.optional(),
    sessionId: field.optional(),
    requestId: field.optional(),
    position: field.optional(),
    surface: field.optional(),
    occurredAt: field,
    receivedAt: field.optional(),
    value: field.optional(),
    currency: field.optional(),
    quantity: field.optional(),
  }),
  /** Extra columns kept with the event, by the name they get. `region` feeds regional lists. */
  context: z.record(z.string(), z.string()).default({}),
  /** Types that may come without an item. */
  itemlessTypes: z.array(z.enum(INTERACTION_TYPES)).default(["sign_in", "opt_out", "opt_in"]),
  /** Rows that agree in these columns are one event, whatever their ids. Default: all columns. */
  naturalKey: z.array(z.string()).optional(),
  /** Events later than their arrival by more than this carry a wrong clock. */
  clockSkewMinutes: z.number().default(10),
  appVersion: z.string().optional(),
  /** When the same rows describe the catalogue too: the most frequent value per item wins, for price the latest. */
  items: itemFields.optional(),
});

export const Mapping = z.discriminatedUnion("kind", [ItemsMapping, InteractionsMapping]);
export type Mapping = z.infer<typeof Mapping>;
export type ItemsMapping = z.infer<typeof ItemsMapping>;
export type InteractionsMapping = z.infer<typeof InteractionsMapping>;
