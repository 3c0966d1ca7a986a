import { type ArtifactRef, Evaluation, type ModelKind, type ModelManifest } from "@shortlist/contracts";
import { Prisma } from "@shortlist/db";
import { canonicalJson, toFieldProblems } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { checkRanker } from "./checkRanker";
import { parseManifest, refuseModel } from "./decide";

type Ctx = Pick<AppContext, "db" | "artifacts" | "logger">;

export interface RegisterRequest {
  readonly workspaceId: string;
  readonly modelName: string;
  readonly kind: ModelKind;
  readonly description: string;
  readonly manifest: unknown;
  readonly artifacts: readonly { readonly name: string; readonly bytes: Uint8Array }[];
  readonly evaluation: Evaluation | null;
  readonly jobId: string | null;
  readonly createdBy: string;
}

export interface RegisteredVersion {
  readonly id: string;
  readonly modelName: string;
  readonly version: number;
  readonly manifest: ModelManifest;
  readonly artifacts: readonly ArtifactRef[];
}

/**
 * Registers an immutable model version with its files. A package that does not check out is refused with the
 * reason and leaves nothing behind but unreferenced artifacts (M1).
 */
export async function registerModelVersion(ctx: Ctx, request: RegisterRequest): Promise<RegisteredVersion> {
  const manifest = parseManifest(request.manifest, { name: request.modelName, kind: request.kind });
  const repeated = request.artifacts.find(
    (a, i) => request.artifacts.findIndex((b) => b.name === a.name) !== i,
  );
  if (repeated !== undefined) throw refuseModel(`Artifact ${repeated.name} is in the package twice`);
  if (request.kind === "ranker")
    await checkRanker(manifest, request.artifacts.find(({ name }) => name === "model.onnx")?.bytes);
  const evaluation = request.evaluation === null ? null : parseEvaluation(request.evaluation);

  const artifacts: ArtifactRef[] = [];
  for (const { name, bytes } of request.artifacts)
    artifacts.push({ name, sha256: await ctx.artifacts.put(bytes), bytes: bytes.length });
  const manifestSha256 = await ctx.artifacts.put(new TextEncoder().encode(canonicalJson(manifest)));

  const row = await ctx.db.$transaction(async (tx) => {
    const { workspaceId, modelName: name, kind, description } = request;
    await tx.model.createMany({ data: [{ workspaceId, name, kind, description }], skipDuplicates: true });
    // The lock orders versions: two registrations at once get two numbers instead of one failure.
    const [model] = await tx.$queryRaw<{ id: string; kind: string }[]>`
      SELECT id, kind FROM "Model" WHERE "workspaceId" = ${workspaceId} AND name = ${name} FOR UPDATE`;
    if (model!.kind !== kind) throw refuseModel(`Model ${name} is of kind ${model!.kind}, not ${kind}`);
    const last = await tx.modelVersion.findFirst({
      where: { modelId: model!.id },
      orderBy: { version: "desc" },
      select: { version: true },
    });
    return tx.modelVersion.create({
      data: {
        workspaceId,
        modelId: model!.id,
        version: (last?.version ?? 0) + 1,
        manifest,
        manifestSha256,
        artifacts,
        evaluation: evaluation ?? Prisma.JsonNull,
        jobId: request.jobId,
        createdBy: request.createdBy,
      },
    });
  });
  ctx.logger.info(
    { model: request.modelName, version: row.version, workspaceId: request.workspaceId },
    "registered",
  );
  return { id: row.id, modelName: request.modelName, version: row.version, manifest, artifacts };
}

function parseEvaluation(evaluation: unknown): Evaluation {
  const parsed = Evaluation.safeParse(evaluation);
  if (!parsed.success)
    throw refuseModel("The evaluation does not parse", toFieldProblems(parsed.error.issues));
  return parsed.data;
}
