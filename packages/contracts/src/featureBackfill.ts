import * as z from "zod";

// A backfill of a feature view: what its plan, its checkpoint and its result hold. The row in Postgres has the state.

export const FEATURE_BACKFILL_STATES = ["planning", "planned", "running", "done", "discarded"] as const;
export type FeatureBackfillState = (typeof FEATURE_BACKFILL_STATES)[number];

/** What the job `features.backfill` is asked: the row tells it the rest. */
export const BackfillJob = z.object({ backfillId: z.string(), phase: z.enum(["plan", "run"]) });

/** One feature of the sampled rows, as readers are given it now and as they would be after the swap. */
export const OutputComparison = z.object({
  name: z.string(),
  /** Rows whose value differs. */
  nChanged: z.int(),
  nullsBefore: z.int(),
  nullsAfter: z.int(),
  /** Means of the numbers; null without any, and for texts and lists. */
  meanBefore: z.number().nullable(),
  meanAfter: z.number().nullable(),
  /** Common edges, one more than counts; empty for texts and lists. */
  edges: z.array(z.number()),
  before: z.array(z.int()),
  after: z.array(z.int()),
});
export type OutputComparison = z.infer<typeof OutputComparison>;

/** What a backfill would read, write and change; made before anything is written. */
export const BackfillPlan = z.object({
  computedAtMs: z.number(),
  nEvents: z.int(),
  nRows: z.int(),
  /** Of all states, reckoned from the sample. */
  bytes: z.number(),
  /** Reading, computing and writing at the rate measured on the sample and the limit of writes. */
  seconds: z.number(),
  /** Generation that readers use when the plan was made; null: none yet. */
  against: z.object({ generation: z.string(), endMs: z.number() }).nullable(),
  /** Rows that were computed and compared with what readers are given. All rows when it equals nRows. */
  nSampled: z.int(),
  rows: z.object({ new: z.int(), changed: z.int(), unchanged: z.int() }),
  outputs: z.array(OutputComparison),
  /** `ranker@3` and the numbers of the releases that it is part of, the current one first. */
  consumers: z.array(z.object({ ref: z.string(), releases: z.array(z.int()), isServing: z.boolean() })),
});
export type BackfillPlan = z.infer<typeof BackfillPlan>;

/** Where a killed run goes on: every row before this place is in Redis. */
export const BackfillCheckpoint = z.object({
  partitions: z.int().min(1),
  partition: z.int().min(0),
  /** Rows of that partition that are written, in the order of their keys. */
  rowsInPartition: z.int().min(0),
  rowsWritten: z.int().min(0),
  bytesWritten: z.number().min(0),
  nRows: z.int(),
  /** How often a run went on from here. */
  resumed: z.int().default(0),
});
export type BackfillCheckpoint = z.infer<typeof BackfillCheckpoint>;

export const BackfillResult = z.object({
  rowsWritten: z.int(),
  bytesWritten: z.number(),
  nEvents: z.int(),
  /** Of the last attempt. */
  seconds: z.number(),
  /** How often the run went on after it was killed. */
  resumed: z.int(),
  /** The generation that was read before; it expires by itself. */
  replaced: z.string().nullable(),
  swappedAtMs: z.number(),
});
export type BackfillResult = z.infer<typeof BackfillResult>;
