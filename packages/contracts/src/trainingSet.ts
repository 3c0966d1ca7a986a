import * as z from "zod";
import { Duration } from "./featureView";
import { InteractionType } from "./interaction";
import { ArtifactRef } from "./model";

// Point-in-time training sets: what was shown, what came of it, and the features as serving could have known them.

export const TrainingSetConfig = z
  .object({
    /** Published feature views as `name` (the newest version) or `name@version`. */
    views: z
      .array(z.string().regex(/^[a-z][a-z0-9_]{0,39}(@[1-9]\d{0,5})?$/, "use name or name@version"))
      .max(20),
    /** Slates shown from here … */
    from: z.iso.datetime({ offset: true }),
    /** … to before here. */
    to: z.iso.datetime({ offset: true }),
    /** How long after being shown an interaction counts for the item: `{ click: "30m" }`. */
    labels: z
      .partialRecord(InteractionType, Duration)
      .refine((labels) => Object.keys(labels).length > 0, "name at least one interaction type")
      .default({ click: "30m", purchase: "7d" }),
    /** Share of the rows without a positive label that is kept; they weigh 1 / rate. */
    negativeRate: z.number().gt(0).max(1).default(1),
    seed: z.string().max(64).default("1"),
    /** How long an event took to be readable; null: the slowest measured p95 of the views. */
    writeLagMs: z.number().min(0).max(86_400_000).nullable().default(null),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ["to"],
    message: "must be after from",
  });
export type TrainingSetConfig = z.infer<typeof TrainingSetConfig>;

/** What a training set is made of. A model trained on it names `contentHash` in its manifest (lineage, D5). */
export const TrainingSetManifest = z.object({
  schemaVersion: z.literal(1),
  workspace: z.string(),
  views: z.array(z.object({ name: z.string(), version: z.int(), sha256: z.string() })),
  columns: z.array(z.string()),
  labels: z.record(z.string(), z.object({ window: z.string(), closed: z.number(), positive: z.number() })),
  writeLagMs: z.number(),
  sampling: z.object({ negativeRate: z.number(), seed: z.string() }),
  /** shown = open (no label closed yet) + left out by sampling + written. */
  rows: z.object({ shown: z.number(), open: z.number(), sampledOut: z.number(), written: z.number() }),
  span: z.object({ fromMs: z.number(), toMs: z.number(), knownByMs: z.number() }),
  /** Independent of row order and file layout. */
  contentHash: z.string(),
  lineage: z.object({
    entities: z.enum(["slates", "given"]),
    events: z.number(),
    eventsHash: z.string(),
  }),
});
export type TrainingSetManifest = z.infer<typeof TrainingSetManifest>;

export const TrainingSetView = z.object({
  id: z.string(),
  jobId: z.string().nullable(),
  manifest: TrainingSetManifest,
  /** rows.parquet in the artifact store. */
  artifact: ArtifactRef,
  /** Where the write lag came from. */
  writeLagSource: z.enum(["given", "measured", "assumed"]),
  createdBy: z.string(),
  createdAt: z.date(),
});
export type TrainingSetView = z.infer<typeof TrainingSetView>;
