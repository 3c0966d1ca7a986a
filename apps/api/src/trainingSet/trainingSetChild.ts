// The process that builds one training set.
import { TrainingSetConfig } from "@shortlist/contracts";
import { runJobProcess } from "../jobs/jobProcess";
import { getPublishedViews } from "../modules/featureViews/pickService";
import { runTrainingSet } from "./runTrainingSet";

await runJobProcess("training-set", async ({ ctx, jobId, workspace, payload, createdBy, report, log }) => {
  const config = TrainingSetConfig.parse(payload);
  const views = await getPublishedViews(ctx, workspace.id, { refs: config.views, field: "views" });
  return runTrainingSet(ctx, { jobId, workspace, config, views, createdBy, report, log });
});
