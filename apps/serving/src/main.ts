import cluster from "node:cluster";
import { runReplica } from "./replica";
import { runSupervisor } from "./supervisor";

// One program, two parts: the primary supervises, its forks answer.
const run = cluster.isPrimary ? runSupervisor : runReplica;
run().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
