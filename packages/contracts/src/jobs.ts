import * as z from "zod";
import { Surface } from "./recommend";

/**
 * Every background job: its payload, and queue numbers with their reason. The `Job` row in Postgres holds the
 * state; the queue only says "look at this row", so handlers are idempotent and a lost message can be republished.
 */
export const JOBS = {
  "training.run": {
    payload: z.object({ jobId: z.string() }),
    // One retry: a run that fails twice has a cause that more tries do not mend.
    attempts: 2,
    backoffMs: 5_000,
    // ALS on ten million interactions takes about an hour in this runtime.
    timeoutMs: 4 * 60 * 60_000,
  },
  "features.backfill": {
    payload: z.object({ jobId: z.string() }),
    // Every attempt goes on where the one before was killed, so more of them get further.
    attempts: 5,
    backoffMs: 5_000,
    // Ten million rows at the limit of writes take half an hour; a shop that size has a queue of its own.
    timeoutMs: 4 * 60 * 60_000,
  },
  "features.trainingSet": {
    payload: z.object({ jobId: z.string() }),
    attempts: 2,
    backoffMs: 5_000,
    // A million rows take seconds; months of slates of a large shop an hour.
    timeoutMs: 2 * 60 * 60_000,
  },
  "quality.replay": {
    payload: z.object({ jobId: z.string() }),
    // Every attempt goes on where the one before was killed.
    attempts: 5,
    backoffMs: 5_000,
    // A million rows take about ten minutes; readers of the log may have to be waited for.
    timeoutMs: 2 * 60 * 60_000,
  },
  "quality.check": {
    payload: z.object({ jobId: z.string() }),
    attempts: 3,
    backoffMs: 5_000,
    // A year of a mid-sized shop takes less than a minute.
    timeoutMs: 60 * 60_000,
  },
  "lists.precompute": {
    payload: z.object({ jobId: z.string() }),
    // Every attempt goes on where the one before was killed.
    attempts: 5,
    backoffMs: 5_000,
    // 100,000 shoppers take minutes of a core; on a fleet that is busy all day it waits for quiet moments.
    timeoutMs: 12 * 60 * 60_000,
  },
} as const satisfies Record<
  string,
  { payload: z.ZodType; attempts: number; backoffMs: number; timeoutMs: number }
>;

export type JobName = keyof typeof JOBS;
export type JobPayload<N extends JobName> = z.infer<(typeof JOBS)[N]["payload"]>;

export const JOB_STATUSES = ["queued", "running", "succeeded", "failed", "cancelled"] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Whose lists to compute; stored as the job's payload. */
export const ListsConfig = z.object({
  surface: Surface,
  /** Shoppers who did something within so many days. */
  activeDays: z.int().min(1).max(365).default(30),
  /** Also those for whom nothing has happened since the last run of the release. */
  all: z.boolean().default(false),
});
export type ListsConfig = z.infer<typeof ListsConfig>;

/** What a training run is asked to do; stored as the job's payload. Defaults fit the sample shop. */
export const TrainingConfig = z.object({
  factors: z.int().min(4).max(128).default(32),
  iterations: z.int().min(1).max(50).default(8),
  regularization: z.number().min(0).default(0.01),
  unobservedWeight: z.number().min(0).default(0.1),
  contentDimensions: z.int().min(8).max(256).default(64),
  neighbors: z.int().min(5).max(500).default(100),
  /** Share of the interactions, the newest ones, held out for evaluation. */
  testSharePct: z.number().min(1).max(40).default(15),
  seed: z.int().default(42),
  /** Published views of items, as name or name@version, whose values the ranker reads beside the rank features. */
  featureViews: z.array(z.string().max(64)).max(10).default([]),
  /** Publish a release when everything checks out. */
  publish: z.boolean().default(true),
});
export type TrainingConfig = z.infer<typeof TrainingConfig>;
