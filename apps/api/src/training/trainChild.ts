// The process of one training run.
import { TrainingConfig } from "@shortlist/contracts";
import { runJobProcess } from "../jobs/jobProcess";
import { getItemViews } from "../modules/featureViews/pickService";
import { listUnlinked } from "../modules/identity/service";
import { registerModelVersion } from "../modules/registry/registerService";
import { compileAndPublish } from "../modules/releases/compileService";
import { loadCatalogSnapshot } from "./loadCatalogSnapshot";
import { runTraining } from "./runTraining";

await runJobProcess("training", async ({ ctx, jobId, workspace, payload, createdBy, report, log }) => {
  const workspaceId = workspace.id;
  const config = TrainingConfig.parse(payload);
  return runTraining(workspace.slug, config, {
    lake: await ctx.lake(),
    redis: ctx.redis,
    loadCatalog: () => loadCatalogSnapshot(ctx.db, workspaceId),
    loadViews: () => getItemViews(ctx, workspaceId, { refs: config.featureViews, field: "featureViews" }),
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
        createdBy,
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
        createdBy,
        note,
        itemTable,
        lists,
        modelVersionIds,
        use: "current_or_kept",
      });
      const { currentReleaseId } = await ctx.db.workspace.findUniqueOrThrow({ where: { id: workspaceId } });
      if (currentReleaseId !== release.releaseId)
        log(`Release ${release.number} is kept: a rollout is under way. Roll it out when that has ended.`);
      return { releaseId: release.releaseId, number: release.number };
    },
    report,
    log,
  });
});
