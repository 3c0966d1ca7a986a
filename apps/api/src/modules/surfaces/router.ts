import { FunnelRange, Surface, SurfaceSettings } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getSurface, getSurfaceFunnel, listSurfaces, previewSurface, updateSurface } from "./service";

const Range = FunnelRange.default("1h");
const Change = z.object({ surface: Surface, settings: SurfaceSettings.nullable() });

export const surfacesRouter = router({
  list: workspaceProcedure("workspace:read")
    .input(z.object({ range: Range }))
    .query(({ ctx, input }) => listSurfaces(ctx.app, ctx.workspace, input.range)),
  get: workspaceProcedure("workspace:read")
    .input(z.object({ surface: Surface }))
    .query(({ ctx, input }) => getSurface(ctx.app, ctx.workspace.id, input.surface)),
  /** Of one surface, or of all as one. */
  funnel: workspaceProcedure("workspace:read")
    .input(z.object({ surface: Surface.nullable(), range: Range }))
    .query(({ ctx, input }) => getSurfaceFunnel(ctx.app, ctx.workspace, input)),
  /** Changes nothing; a mutation because settings do not fit an address. */
  preview: workspaceProcedure("workspace:read")
    .input(Change)
    .mutation(({ ctx, input }) => previewSurface(ctx.app, ctx.workspace.id, input)),
  update: workspaceProcedure("surface:edit")
    .input(
      Change.extend({
        basedOn: z.int().min(0).optional(),
        use: z.enum(["current", "candidate"]).default("current"),
        reason: z.string().trim().max(300).default(""),
      }),
    )
    .mutation(({ ctx, input }) => updateSurface(ctx.app, ctx.workspace.id, { ...input, actor: ctx.actor })),
});
