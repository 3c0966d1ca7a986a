// The process that releases the rows of one repair.
import { runJobProcess } from "../jobs/jobProcess";
import { runReplayJob } from "./replayJob";

await runJobProcess("replay", async (o) => ({ ...(await runReplayJob(o)) }));
