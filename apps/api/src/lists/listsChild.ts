// The process that computes the lists of one surface.
import { runJobProcess } from "../jobs/jobProcess";
import { runListsJob } from "./listsJob";

await runJobProcess("lists", runListsJob);
