import * as z from "zod";
import { Sha256Hex } from "./ids";

export const MODEL_KINDS = [
  "popularity",
  "covisitation",
  "graph_walk",
  "collaborative",
  "content",
  "ranker",
] as const;
export const ModelKind = z.enum(MODEL_KINDS);
export type ModelKind = z.infer<typeof ModelKind>;

export const ArtifactRef = z.object({
  /** Name inside its package, such as `model.onnx` or `index.hnsw`. */
  name: z.string(),
  sha256: Sha256Hex,
  bytes: z.int().min(0),
});
export type ArtifactRef = z.infer<typeof ArtifactRef>;

/** View of the features that every replica fills itself from the item table and the shopper's history. */
export const RANK_FEATURE_VIEW = "rank_features";
/** Artifact of a ranker that reads item views: one column per feature name, in the order of the item table. */
export const ITEM_INPUTS_ARTIFACT = "item-inputs.slcf";
/** Artifact of a content model: what embeds an item that was not in the fit. */
export const CONTENT_WEIGHTS_ARTIFACT = "weights.slcf";

/** A bare name is one of the features that every replica fills itself. */
export const FeatureSpec = z.object({
  name: z.string(),
  view: z.string().default(RANK_FEATURE_VIEW),
  viewVersion: z.int().default(1),
  dtype: z.literal("float32").default("float32"),
  default: z.number().default(0),
  min: z.number().nullable().default(null),
  max: z.number().nullable().default(null),
});

/** Metrics of one candidate and its baselines on the same held-out window: `metrics.recallAt20` etc. */
export const EvaluationSlice = z.object({
  /** What the slices divide, such as `history` or `items`. */
  by: z.string(),
  name: z.string(),
  users: z.int(),
  metrics: z.record(z.string(), z.number().nullable()),
});
export const EvaluationEntry = z.object({
  name: z.string(),
  users: z.int(),
  metrics: z.record(z.string(), z.number().nullable()),
  /** The same metrics for some of the shoppers, or some of what they took up. Optional: none were measured. */
  slices: z.array(EvaluationSlice).optional(),
});
export const Evaluation = z.object({
  protocol: z.string(),
  k: z.int(),
  trainFrom: z.string().nullable(),
  splitAt: z.string().nullable(),
  testTo: z.string().nullable(),
  subject: EvaluationEntry,
  baselines: z.array(EvaluationEntry),
});
export type Evaluation = z.infer<typeof Evaluation>;

/**
 * What a model version says about itself. For a ranker the ordered features, output and golden rows are the
 * contract: a replica refuses the version when its own feature order differs or the golden rows do not reproduce.
 */
export const ModelManifest = z.object({
  schemaVersion: z.literal(1).default(1),
  kind: ModelKind,
  name: z.string(),
  features: z.array(FeatureSpec).default([]),
  input: z.string().nullable().default(null),
  output: z.string().nullable().default(null),
  /** Column of the output that is the score, of a model that gives several: a classifier's class, counted from 0. */
  scoreColumn: z.int().min(0).optional(),
  /** Columns of the output as it was found at registration; null: one number a row, without a second dimension. Absent: 1. */
  outputColumns: z.int().min(1).nullable().optional(),
  /** Features the model was trained with and never reads, the last ones. Not said, such columns are refused. */
  unusedFeatures: z.array(z.string()).optional(),
  outputMeaning: z.string().nullable().default(null),
  golden: z
    .object({
      inputs: z.array(z.array(z.number())),
      scores: z.array(z.number()),
      /** `made`: by running the model at registration, because whoever registered it had none. Absent: given. */
      source: z.enum(["given", "made"]).optional(),
    })
    .nullable()
    .default(null),
  /** Additive explanation of a linear model in raw feature space; null when the model has none. */
  linear: z
    .object({ weights: z.array(z.number()), bias: z.number(), means: z.array(z.number()) })
    .nullable()
    .default(null),
  embeddingSpaceId: z.string().nullable().default(null),
  dimensions: z.int().nullable().default(null),
  /** Every per-item array of a release is in the order of this item table. */
  itemTableId: z.string().nullable().default(null),
  trainingWindow: z.object({ fromMs: z.number(), toMs: z.number() }).nullable().default(null),
  trainingDataHash: z.string().nullable().default(null),
  parameters: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
});
export type ModelManifest = z.infer<typeof ModelManifest>;

const TensorShape = z.object({
  name: z.string(),
  /** `float32`, `int64`, …; null when it is no tensor. */
  dtype: z.string().nullable(),
  /** A number is fixed, a text or null may be any. */
  shape: z.array(z.union([z.number(), z.string(), z.null()])),
});
export type TensorShape = z.infer<typeof TensorShape>;

/** What was found when a ranker was run at its registration. */
export const ModelCheck = z.object({
  inputs: z.array(TensorShape),
  outputs: z.array(TensorShape),
  /** Columns the model says it takes; null when it says none and was probed. */
  declaredWidth: z.int().nullable(),
  /** Columns it reads. */
  columnsRead: z.int(),
  msPer1000Rows: z.number(),
  runtime: z.string(),
  /** What the golden rows scored then, in their order. Absent: it was not kept yet. */
  goldenScores: z.array(z.number()).optional(),
});
export type ModelCheck = z.infer<typeof ModelCheck>;

/** Where a version comes from, as far as whoever registered it says; what the registry knows itself is not in here. */
export const ModelLineage = z.object({
  /** `name@version` it was made from. */
  parent: z.string().max(200).nullable().default(null),
  /** Commit or build of the code that trained it. */
  codeVersion: z.string().max(200).nullable().default(null),
  trainingSetId: z.uuid().nullable().default(null),
  /** Name or address of a run elsewhere. */
  trainingRun: z.string().max(500).nullable().default(null),
});
export type ModelLineage = z.infer<typeof ModelLineage>;
