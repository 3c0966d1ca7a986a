import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getModel, getModelVersion, listModels } from "./service";

export const modelsRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listModels(ctx.app, ctx.workspace.id)),
  get: workspaceProcedure("workspace:read")
    .input(z.object({ name: z.string().max(128) }))
    .query(({ ctx, input }) => getModel(ctx.app, ctx.workspace.id, input.name)),
  version: workspaceProcedure("workspace:read")
    .input(z.object({ name: z.string().max(128), version: z.int().min(1) }))
    .query(({ ctx, input }) => getModelVersion(ctx.app, ctx.workspace.id, input)),
});
