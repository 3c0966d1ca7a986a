import {
  type ArtifactRef,
  Evaluation,
  ITEM_INPUTS_ARTIFACT,
  type ModelCheck,
  type ModelKind,
  type ModelLineage,
  type ModelManifest,
} from "@shortlist/contracts";
import { Prisma } from "@shortlist/db";
import { canonicalJson, toFieldProblems } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { listPublishedViews } from "../featureViews/liveService";
import { type PackageFile, storeBytes, storePackage, withArtifactFile } from "./artifactService";
import { checkFeatureSources, fillRanges } from "./checkFeatures";
import { checkRanker } from "./checkRanker";
import { checkVectors, parseManifest } from "./decide";
import { refuseModel } from "./refuseModel";

type Ctx = Pick<AppContext, "db" | "artifacts" | "logger" | "now">;

export interface RegisterRequest {
  readonly workspaceId: string;
  readonly modelName: string;
  readonly kind: ModelKind;
  readonly description: string;
  readonly manifest: unknown;
  readonly artifacts: readonly PackageFile[];
  readonly evaluation: Evaluation | null;
  readonly jobId: string | null;
  readonly createdBy: string;
  /** Whoever registers it has no golden rows: they are made by running the model. */
  readonly makeGolden?: boolean;
  readonly lineage?: ModelLineage | null;
}

export interface RegisteredVersion {
  readonly id: string;
  readonly modelName: string;
  readonly version: number;
  readonly manifest: ModelManifest;
  readonly artifacts: readonly ArtifactRef[];
  /** Null of kinds that are not run. */
  readonly check: ModelCheck | null;
}

/**
 * Registers an immutable model version with its files. A package that does not check out is refused with the
 * reason and leaves nothing behind but unreferenced artifacts (M1).
 */
export async function registerModelVersion(ctx: Ctx, request: RegisterRequest): Promise<RegisteredVersion> {
  const { workspaceId, createdBy: actor } = request;
  const parsed = parseManifest(request.manifest, { name: request.modelName, kind: request.kind });
  const repeated = request.artifacts.find(
    (a, i) => request.artifacts.findIndex((b) => b.name === a.name) !== i,
  );
  if (repeated !== undefined) throw refuseModel(`Artifact ${repeated.name} is in the package twice`);
  const evaluation = request.evaluation === null ? null : parseEvaluation(request.evaluation);
  const artifacts = await storePackage(ctx, workspaceId, { files: request.artifacts, actor });
  const { manifest, check } =
    request.kind === "ranker"
      ? await runRanker(ctx, workspaceId, {
          manifest: parsed,
          artifacts,
          makeGolden: request.makeGolden ?? false,
        })
      : { manifest: checkVectors(parsed), check: null };
  const manifestSha256 = await storeBytes(ctx, workspaceId, {
    bytes: new TextEncoder().encode(canonicalJson(manifest)),
    actor,
  });

  const row = await ctx.db.$transaction(async (tx) => {
    const { modelName: name, kind, description } = request;
    await tx.model.createMany({ data: [{ workspaceId, name, kind, description }], skipDuplicates: true });
    // The lock orders versions: two registrations at once get two numbers instead of one failure.
    const [model] = await tx.$queryRaw<{ id: string; kind: string; lastVersion: number }[]>`
      SELECT id, kind, "lastVersion" FROM "Model" WHERE "workspaceId" = ${workspaceId} AND name = ${name} FOR UPDATE`;
    if (model!.kind !== kind) throw refuseModel(`Model ${name} is of kind ${model!.kind}, not ${kind}`);
    const version = model!.lastVersion + 1;
    await tx.model.update({ where: { id: model!.id }, data: { lastVersion: version } });
    return tx.modelVersion.create({
      data: {
        workspaceId,
        modelId: model!.id,
        version,
        manifest,
        manifestSha256,
        artifacts,
        evaluation: evaluation ?? Prisma.JsonNull,
        check: check ?? Prisma.JsonNull,
        lineage: request.lineage ?? Prisma.JsonNull,
        jobId: request.jobId,
        createdBy: request.createdBy,
      },
    });
  });
  ctx.logger.info(
    { model: request.modelName, version: row.version, workspaceId: request.workspaceId },
    "registered",
  );
  return { id: row.id, modelName: request.modelName, version: row.version, manifest, artifacts, check };
}

/** Checks a ranker against the workspace's views and by running it, from a copy that is gone afterwards. */
async function runRanker(
  ctx: Ctx,
  workspaceId: string,
  o: { manifest: ModelManifest; artifacts: readonly ArtifactRef[]; makeGolden: boolean },
): Promise<{ manifest: ModelManifest; check: ModelCheck }> {
  const model = o.artifacts.find(({ name }) => name === "model.onnx");
  if (model === undefined) throw refuseModel("A ranker package holds model.onnx; this one does not");
  const manifest = { ...o.manifest, features: fillRanges(o.manifest.features) };
  checkFeatureSources(manifest.features, {
    views: await listPublishedViews(ctx.db, workspaceId),
    hasItemInputs: o.artifacts.some(({ name }) => name === ITEM_INPUTS_ARTIFACT),
  });
  return withArtifactFile(ctx, model.sha256, (path) => checkRanker(manifest, path, o));
}

function parseEvaluation(evaluation: unknown): Evaluation {
  const parsed = Evaluation.safeParse(evaluation);
  if (!parsed.success)
    throw refuseModel("The evaluation does not parse", toFieldProblems(parsed.error.issues));
  return parsed.data;
}
