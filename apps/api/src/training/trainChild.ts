// The process of one training run: reads its job row, runs the training with real effects, and says how it ended.
import { TrainingConfig } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { compose } from "../composition";
import { readEnv } from "../env";
import { endWithWorker, tellWorker } from "../jobs/childMessages";
import { listUnlinked } from "../modules/identity/service";
import { registerModelVersion } from "../modules/registry/registerService";
import { compileAndPublish } from "../modules/releases/compileService";
import type { CatalogRow } from "./itemSnapshot";
import { runTraining } from "./runTraining";

/** Progress is for eyes: more than a few messages a second say nothing more. */
const REPORT_EVERY_MS = 250;

endWithWorker();
const jobId = process.argv[2] ?? "";
const { ctx, close } = await compose(readEnv(), { name: "training" });
try {
  const job = await ctx.db.job.findUniqueOrThrow({ where: { id: jobId }, include: { workspace: true } });
  const { id: workspaceId, slug } = job.workspace;
  let reportedAtMs = 0;
  let reportedStep = "";
  const result = await runTraining(slug, TrainingConfig.parse(job.payload), {
    lake: await ctx.lake(),
    redis: ctx.redis,
    loadCatalog: () => loadCatalog(workspaceId),
    listUnlinked: () => listUnlinked(ctx, workspaceId),
    async register(model, evaluation) {
      const version = await registerModelVersion(ctx, {
        workspaceId,
        modelName: model.modelName,
        kind: model.manifest.kind,
        description: model.description,
        manifest: model.manifest,
        artifacts: model.artifacts,
        evaluation,
        jobId,
        createdBy: job.createdBy,
      });
      return {
        modelVersionId: version.id,
        ref: `${version.modelName}@${version.version}`,
        artifacts: version.artifacts,
      };
    },
    putArtifact: async (name, bytes) => ({
      name,
      sha256: await ctx.artifacts.put(bytes),
      bytes: bytes.length,
    }),
    async publish({ itemTable, lists, modelVersionIds }) {
      const note = `Training run ${jobId}`;
      const release = await compileAndPublish(ctx, {
        workspaceId,
        createdBy: job.createdBy,
        note,
        itemTable,
        lists,
        modelVersionIds,
      });
      return { releaseId: release.releaseId, number: release.number };
    },
    report(pct, step) {
      const nowMs = performance.now();
      if (step === reportedStep && nowMs - reportedAtMs < REPORT_EVERY_MS) return;
      reportedAtMs = nowMs;
      reportedStep = step;
      void tellWorker({ type: "progress", pct, step });
    },
    log: (line) => void tellWorker({ type: "log", line }),
  });
  await tellWorker({ type: "done", result });
} catch (error) {
  ctx.logger.error({ err: error, jobId }, "training failed");
  const message =
    error instanceof AppError
      ? (error.publicDetail ?? error.message)
      : String((error as Error)?.message ?? error);
  // What the run itself refuses will be refused again; anything else may have been a hiccup of a dependency.
  await tellWorker({ type: "error", message, retryable: !(error instanceof AppError) });
} finally {
  await close();
}
process.exit(0);

async function loadCatalog(workspaceId: string): Promise<CatalogRow[]> {
  const rows = await ctx.db.item.findMany({ where: { workspaceId } });
  return rows.map((row) => ({
    itemId: row.itemId,
    title: row.title,
    category: row.category,
    brand: row.brand,
    price: row.price,
    inStock: row.inStock,
    restricted: row.restricted,
    createdAtMs: row.createdAt.getTime(),
  }));
}
