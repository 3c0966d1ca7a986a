import { AppError } from "@shortlist/platform";
import { type FastifyTRPCPluginOptions, fastifyTRPCPlugin } from "@trpc/server/adapters/fastify";
import Fastify, { type FastifyInstance } from "fastify";
import { createAuth } from "../auth/auth";
import { listTrustedOrigins, requireOrigin } from "../auth/origins";
import type { AppContext } from "../context";
import { type AppRouter, appRouter } from "../trpc/router";
import { registerAuthRoutes, toHeaders } from "./authRoutes";
import { dataEndpoints } from "./dataEndpoints";
import { featureEndpoints } from "./featureEndpoints";
import { registerHealth } from "./health";
import { listEndpoints } from "./listEndpoints";
import { modelEndpoints } from "./modelEndpoints";
import { createOpenApi } from "./openapi";
import { createErrorHandler } from "./problem";
import { registryEndpoints } from "./registryEndpoints";
import { rolloutEndpoints } from "./rolloutEndpoints";
import { surfaceEndpoints } from "./surfaceEndpoints";
import { switchEndpoints } from "./switchEndpoints";
import { trainingSetEndpoints } from "./trainingSetEndpoints";
import { registerUploads } from "./uploadRoute";
import { workspaceEndpoints } from "./workspaceEndpoints";

export const endpoints = [
  ...workspaceEndpoints,
  ...dataEndpoints,
  ...modelEndpoints,
  ...registryEndpoints,
  ...featureEndpoints,
  ...rolloutEndpoints,
  ...surfaceEndpoints,
  ...switchEndpoints,
  ...listEndpoints,
  ...trainingSetEndpoints,
];

/** The API's HTTP server: tRPC and sign-in for the console, REST for machines. Not yet listening. */
export async function createServer(ctx: AppContext): Promise<FastifyInstance> {
  const app = Fastify({
    logger: false,
    // The console stands in front and says who the browser is; nobody else is believed.
    trustProxy: "loopback",
    // A batch of tRPC queries carries its inputs in one long path.
    routerOptions: { maxParamLength: 5_000 },
    forceCloseConnections: true,
  });
  acceptEmptyJson(app);
  const auth = createAuth(ctx);
  app.setErrorHandler(createErrorHandler(ctx.logger));
  app.setNotFoundHandler((request) => {
    throw new AppError("not_found", `no route ${request.method} ${request.url}`, {
      publicDetail: "There is no such address. GET /openapi.json lists all",
    });
  });
  registerHealth(app, ctx);
  await registerAuthRoutes(app, auth);
  await registerTrpc(app, ctx, auth);
  await registerUploads(app, ctx, auth);
  for (const endpoint of endpoints) endpoint.register(app, ctx);
  const openApi = createOpenApi(endpoints, "1");
  app.get("/openapi.json", () => openApi);
  return app;
}

/** Many clients send a content type with every POST, also where there is nothing to send. */
function acceptEmptyJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.removeContentTypeParser("application/json");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else parse(request, body as string, done);
  });
}

async function registerTrpc(
  app: FastifyInstance,
  ctx: AppContext,
  auth: ReturnType<typeof createAuth>,
): Promise<void> {
  const trusted = listTrustedOrigins(ctx.env.WEB_URL);
  await app.register(async (scope) => {
    scope.addHook("onRequest", async ({ headers }) => requireOrigin(headers.origin, trusted));
    await scope.register(fastifyTRPCPlugin, {
      prefix: "/api/trpc",
      trpcOptions: {
        router: appRouter,
        createContext: async ({ req }) => ({ app: ctx, user: await auth.findUser(toHeaders(req)) }),
      },
    } satisfies FastifyTRPCPluginOptions<AppRouter>);
  });
}
