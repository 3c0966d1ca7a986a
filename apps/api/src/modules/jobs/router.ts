import { JOB_STATUSES, TrainingConfig } from "@shortlist/contracts";
import * as z from "zod";
import { router, workspaceProcedure } from "../../trpc/init";
import { cancelJob, getJob, listJobs, retryJob, startTraining } from "./service";
import { watchJob } from "./watch";

const JobId = z.object({ id: z.uuid() });

export const jobsRouter = router({
  list: workspaceProcedure("workspace:read")
    .input(
      z.object({
        states: z.array(z.enum(JOB_STATUSES)).optional(),
        limit: z.int().min(1).max(200).default(50),
      }),
    )
    .query(({ ctx, input }) => listJobs(ctx.app, ctx.workspace.id, input)),
  get: workspaceProcedure("workspace:read")
    .input(JobId)
    .query(({ ctx, input }) => getJob(ctx.app, ctx.workspace.id, input.id)),
  startTraining: workspaceProcedure("training:start")
    .input(z.object({ config: TrainingConfig.partial().default({}) }))
    .mutation(({ ctx, input }) =>
      startTraining(ctx.app, ctx.workspace.id, { config: input.config, createdBy: ctx.actor }),
    ),
  cancel: workspaceProcedure("job:cancel")
    .input(JobId)
    .mutation(({ ctx, input }) => cancelJob(ctx.app, ctx.workspace.id, input.id)),
  retry: workspaceProcedure("job:retry")
    .input(JobId)
    .mutation(({ ctx, input }) => retryJob(ctx.app, ctx.workspace.id, input.id)),
  watch: workspaceProcedure("workspace:read")
    .input(JobId)
    .subscription(({ ctx, input, signal }) => watchJob(ctx.app, ctx.workspace.id, { id: input.id, signal })),
});
