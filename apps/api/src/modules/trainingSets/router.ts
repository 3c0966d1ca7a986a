import { TrainingSetConfig } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { getTrainingSet, listTrainingSets, startTrainingSet } from "./service";

export const trainingSetsRouter = router({
  list: workspaceProcedure("workspace:read").query(({ ctx }) => listTrainingSets(ctx.app, ctx.workspace.id)),
  get: workspaceProcedure("workspace:read")
    .input(z.object({ id: z.string().max(64) }))
    .query(({ ctx, input }) => getTrainingSet(ctx.app, ctx.workspace.id, input.id)),
  start: workspaceProcedure("training:start")
    .input(z.object({ config: TrainingSetConfig }))
    .mutation(({ ctx, input }) =>
      startTrainingSet(ctx.app, ctx.workspace.id, { config: input.config, createdBy: ctx.actor }),
    ),
});
