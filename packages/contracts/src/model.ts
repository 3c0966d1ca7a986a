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

export const FeatureSpec = z.object({
  name: z.string(),
  view: z.string(),
  viewVersion: z.int(),
  dtype: z.literal("float32"),
  default: z.number(),
  min: z.number().nullable(),
  max: z.number().nullable(),
});

/** Metrics of one candidate and its baselines on the same held-out window: `metrics.recallAt20` etc. */
export const EvaluationEntry = z.object({
  name: z.string(),
  users: z.int(),
  metrics: z.record(z.string(), z.number().nullable()),
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
  schemaVersion: z.literal(1),
  kind: ModelKind,
  name: z.string(),
  features: z.array(FeatureSpec).default([]),
  input: z.string().nullable().default(null),
  output: z.string().nullable().default(null),
  outputMeaning: z.string().nullable().default(null),
  golden: z
    .object({ inputs: z.array(z.array(z.number())), scores: z.array(z.number()) })
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
