// The process of one run of the daily checks.
import { CheckConfig } from "@shortlist/contracts";
import { runJobProcess } from "../jobs/jobProcess";
import { runChecks } from "../modules/quality/checkRunService";

await runJobProcess("checks", async ({ ctx, jobId, workspace, payload, report, log }) => {
  const { createdAt } = await ctx.db.job.findUniqueOrThrow({
    where: { id: jobId, workspaceId: workspace.id },
  });
  const done = await runChecks(ctx, workspace, { ...CheckConfig.parse(payload), askedAt: createdAt, report });
  log(`${done.days} days: ${JSON.stringify(done.byState)}`);
  return done;
});
