// The API process: tRPC and REST, and the control documents that steer the replicas.
import { EnvError } from "@shortlist/platform";
import { compose } from "./composition";
import { readEnv } from "./env";
import { onShutdown, startLoop } from "./lifecycle";
import { republishAll } from "./modules/releases/service";
import { createServer } from "./rest/server";

/** How long an emptied Redis stays without control documents; replicas go on with what they have meanwhile. */
const REPUBLISH_MS = 30_000;

try {
  const env = readEnv();
  const { ctx, close } = await compose(env, { name: "api" });
  const server = await createServer(ctx);
  const republishing = startLoop({ name: "republish", intervalMs: REPUBLISH_MS, logger: ctx.logger }, () =>
    republishAll(ctx),
  );
  onShutdown(ctx.logger, async () => {
    await server.close();
    await republishing.stop();
    await close();
  });
  await server.listen({ host: env.API_HOST, port: env.API_PORT });
  ctx.logger.info({ url: `http://${env.API_HOST}:${env.API_PORT}` }, "api is listening");
} catch (error) {
  process.stderr.write(`${error instanceof EnvError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
