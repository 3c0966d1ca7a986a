import type { ControlDocument } from "@shortlist/contracts";
import { createLogger, openArtifactStore } from "@shortlist/platform";
import { createReplica } from "../composition";
import { readEnv } from "../env";

/** What the drill sends to the process it is going to kill. */
export interface DrillStart {
  readonly document: ControlDocument;
  readonly port: number;
}

// One replica in a process of its own, for tests that end it without warning.
process.once("message", ({ document, port }: DrillStart) => {
  const run = async () => {
    const env = readEnv();
    const logger = createLogger({ name: "drill", level: env.LOG_LEVEL });
    const replica = await createReplica({ env, logger, store: await openArtifactStore(env.ARTIFACT_URL) });
    const [state] = await replica.load([document]);
    if (state?.state !== "serving") throw new Error(state?.reason ?? "not loaded");
    await replica.app.listen({ host: "127.0.0.1", port });
    process.send?.("listening");
  };
  run().catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    process.exit(1);
  });
});
process.on("disconnect", () => process.exit(0));
