// The process that plans or runs one backfill.
import { runJobProcess } from "../jobs/jobProcess";
import { runBackfillJob } from "./backfillJob";

await runJobProcess("backfill", runBackfillJob);
