import { type ModelKind, type ModelManifest, RANK_FEATURE_VIEW } from "@shortlist/contracts";
import { encodeLogisticOnnx, type LogisticModel, scoreLogistic } from "@shortlist/ml";
import type { AppContext } from "../context";
import { type RegisterRequest, registerModelVersion } from "../modules/registry/registerService";
import { compileAndPublish } from "../modules/releases/compileService";

const FEATURES = ["log_price", "popularity", "content_similarity"];

/** A small linear ranker that checks out; tests break one thing of it at a time. */
export function createRankerPackage(modelName = "ranker"): {
  manifest: ModelManifest;
  artifacts: { name: string; bytes: Uint8Array }[];
} {
  const model = {
    weights: Float64Array.of(-0.5, 1.5, 2),
    bias: 0.25,
    mean: Float64Array.of(3, 0.5, 0),
    nFeatures: FEATURES.length,
  } as unknown as LogisticModel;
  const inputs = [
    [1, 0.5, 0.1],
    [3, 0.1, -0.2],
    [4.5, 1, 0.9],
  ];
  const scores = new Float32Array(inputs.length);
  scoreLogistic(model, Float32Array.from(inputs.flat()), inputs.length, scores);
  const golden = { inputs, scores: [...scores] };
  return {
    manifest: {
      ...emptyManifest(modelName, "ranker"),
      features: FEATURES.map((name) => ({
        name,
        view: RANK_FEATURE_VIEW,
        viewVersion: 1,
        dtype: "float32",
        default: 0,
        min: null,
        max: null,
      })),
      input: "features",
      output: "score",
      golden,
      linear: { weights: [-0.5, 1.5, 2], bias: 0.25, means: [3, 0.5, 0] },
    },
    artifacts: [{ name: "model.onnx", bytes: encodeLogisticOnnx(model, FEATURES) }],
  };
}

export function emptyManifest(name: string, kind: ModelKind): ModelManifest {
  return {
    schemaVersion: 1,
    kind,
    name,
    features: [],
    input: null,
    output: null,
    outputMeaning: null,
    golden: null,
    linear: null,
    embeddingSpaceId: null,
    dimensions: null,
    itemTableId: null,
    trainingWindow: null,
    trainingDataHash: null,
    parameters: {},
  };
}

export function createRegisterRequest(
  workspaceId: string,
  o: Partial<RegisterRequest> & { manifest: ModelManifest; artifacts: RegisterRequest["artifacts"] },
): RegisterRequest {
  return {
    workspaceId,
    modelName: o.manifest.name,
    kind: o.manifest.kind,
    description: "",
    evaluation: null,
    jobId: null,
    createdBy: "tests",
    ...o,
  };
}

/** Registers a ranker and publishes a release that uses it. */
export async function publishTestRelease(ctx: AppContext, workspaceId: string, note = "first") {
  const ranker = await registerModelVersion(ctx, createRegisterRequest(workspaceId, createRankerPackage()));
  const bytes = new TextEncoder().encode(`table ${note}`);
  const artifact = { name: "items.slcf", sha256: await ctx.artifacts.put(bytes), bytes: bytes.length };
  const release = await compileAndPublish(ctx, {
    workspaceId,
    createdBy: "tests",
    note,
    itemTable: { id: `table-${note}`, nItems: 3, artifact, catalogPosition: "0-0", texts: null },
    lists: { ...artifact, name: "lists.slcf" },
    modelVersionIds: { ranker: ranker.id },
  });
  return { ranker, release };
}
