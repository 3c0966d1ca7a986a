import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import {
  discardBackfill,
  getBackfill,
  listBackfills,
  requestBackfill,
  startBackfill,
} from "./backfillService";
import { previewDraft, previewPublished } from "./previewService";
import { applyFeatureViews, getFeatureView, listFeatureViews, setRetired } from "./service";

const ViewName = z.object({ name: z.string().max(40) });
const ViewRef = ViewName.extend({ version: z.int().min(1) });
const BackfillId = z.object({ id: z.uuid() });
/** As many as a repository of definitions holds; each is checked in about a millisecond. */
const Definitions = z.object({ views: z.array(z.unknown()).min(1).max(200) });

export const featureViewsRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listFeatureViews(ctx.app, ctx.workspace)),
  get: workspaceProcedure("workspace:read")
    .input(ViewName)
    .query(({ ctx, input }) => getFeatureView(ctx.app, ctx.workspace, input.name)),
  plan: workspaceProcedure("workspace:read")
    .input(Definitions)
    // Changes nothing; a mutation because definitions are longer than an address may be.
    .mutation(({ ctx, input }) =>
      applyFeatureViews(ctx.app, ctx.workspace.id, { views: input.views, dryRun: true, actor: ctx.actor }),
    ),
  // Reads only; a mutation for the same reason.
  preview: workspaceProcedure("workspace:read")
    .input(z.object({ definition: z.unknown() }))
    .mutation(({ ctx, input, signal }) =>
      previewDraft(ctx.app, ctx.workspace, { definition: input.definition, signal }),
    ),
  values: workspaceProcedure("workspace:read")
    .input(ViewRef)
    .query(({ ctx, input, signal }) => previewPublished(ctx.app, ctx.workspace, { ...input, signal })),
  publish: workspaceProcedure("feature:publish")
    .input(Definitions)
    .mutation(({ ctx, input }) =>
      applyFeatureViews(ctx.app, ctx.workspace.id, { views: input.views, dryRun: false, actor: ctx.actor }),
    ),
  retire: workspaceProcedure("feature:publish")
    .input(ViewRef)
    .mutation(({ ctx, input }) =>
      setRetired(ctx.app, ctx.workspace.id, { ...input, retired: true, actor: ctx.actor }),
    ),
  restore: workspaceProcedure("feature:publish")
    .input(ViewRef)
    .mutation(({ ctx, input }) =>
      setRetired(ctx.app, ctx.workspace.id, { ...input, retired: false, actor: ctx.actor }),
    ),
  backfills: workspaceProcedure("workspace:read")
    .input(z.object({ name: z.string().max(40).optional(), limit: z.int().min(1).max(100).default(20) }))
    .query(({ ctx, input }) => listBackfills(ctx.app, ctx.workspace.id, input)),
  backfill: workspaceProcedure("workspace:read")
    .input(BackfillId)
    .query(({ ctx, input }) => getBackfill(ctx.app, ctx.workspace.id, input.id)),
  planBackfill: workspaceProcedure("backfill:run")
    .input(ViewRef.extend({ batchEndMs: z.number().optional() }))
    .mutation(({ ctx, input }) => requestBackfill(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor })),
  startBackfill: workspaceProcedure("backfill:run")
    .input(BackfillId)
    .mutation(({ ctx, input }) => startBackfill(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor })),
  discardBackfill: workspaceProcedure("backfill:run")
    .input(BackfillId)
    .mutation(({ ctx, input }) => discardBackfill(ctx.app, ctx.workspace, input.id)),
});
