// The worker's loop over rollouts alone, for drills that end it without warning. What it measures is always well: what
// is drilled is that every step is taken once. Looks without a pause, so that there are many moments to be killed in.
import { compose } from "../composition";
import { readEnv } from "../env";
import { controlRollouts } from "../modules/rollouts/controllerService";
import { measureWell } from "./rollouts";

const { ctx } = await compose(readEnv(), { name: "drill-controller" });
process.on("disconnect", () => process.exit(0));
process.send?.("running");
for (;;)
  await controlRollouts(ctx, async (_ctx, _workspace, { plan }) => measureWell(Date.now(), plan)).catch(
    () => undefined,
  );
