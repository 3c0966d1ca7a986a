import { isAllowed, rolesAllowed } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { FastifyInstance } from "fastify";
import type { Auth } from "../auth/auth";
import { listTrustedOrigins, requireOrigin } from "../auth/origins";
import type { AppContext } from "../context";
import { findMembership } from "../modules/members/service";
import { storeUpload } from "../modules/registry/artifactService";
import { toHeaders } from "./authRoutes";
import { acceptFiles } from "./endpoint";

/**
 * The console's uploads: a file streams in with the session of whoever may register models. Machines use
 * PUT /v1/workspaces/{slug}/artifacts/{sha256}; a browser does not hash half a gigabyte first.
 */
export async function registerUploads(app: FastifyInstance, ctx: AppContext, auth: Auth): Promise<void> {
  const trusted = listTrustedOrigins(ctx.env.WEB_URL);
  await app.register(async (scope) => {
    acceptFiles(scope);
    scope.addHook("onRequest", async ({ headers }) => requireOrigin(headers.origin, trusted));
    scope.put<{ Params: { workspace: string } }>("/api/uploads/:workspace", async (request) => {
      const user = await auth.findUser(toHeaders(request));
      if (user === null) throw new AppError("unauthenticated", "no session");
      const { workspace } = request.params;
      const membership = await findMembership(ctx, user.id, workspace);
      if (membership === null)
        throw new AppError("not_found", `${user.id} is no member of ${workspace}`, {
          publicDetail: `You are in no workspace called ${workspace}`,
        });
      if (!isAllowed(membership.role, "model:register"))
        throw new AppError("forbidden", `${membership.role} may not upload`, {
          publicDetail: `model:register is for ${rolesAllowed("model:register")}`,
        });
      const source = request.body as AsyncIterable<Uint8Array>;
      return storeUpload(ctx, membership.workspace.id, { source, announced: null, actor: user.email });
    });
  });
}
