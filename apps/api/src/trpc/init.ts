import { isAllowed, type Permission, type Role, rolesAllowed, WorkspaceSlug } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { initTRPC } from "@trpc/server";
import superjson from "superjson";
import * as z from "zod";
import { findMembership } from "../modules/members/service";
import type { RequestContext } from "./context";
import { problemOf, toTrpcError } from "./problem";

/** What a procedure asks of its caller; a test fails for a procedure that says nothing. */
export interface ProcedureMeta {
  readonly permission: Permission | "signed_in";
}

const t = initTRPC
  .context<RequestContext>()
  .meta<ProcedureMeta>()
  .create({
    transformer: superjson,
    // Stack traces never leave the process.
    isDev: false,
    errorFormatter({ shape, error }) {
      const problem = problemOf(error);
      return { ...shape, message: problem.detail ?? problem.title, data: { ...shape.data, problem } };
    },
    sse: {
      // Proxies cut silent connections, and a client that hears nothing for 15 s connects again.
      ping: { enabled: true, intervalMs: 5_000 },
      client: { reconnectAfterInactivityMs: 15_000 },
    },
  });

export const router = t.router;
export const createCaller = t.createCallerFactory;

const base = t.procedure.use(async ({ ctx, next, path }) => {
  const result = await next();
  if (result.ok) return result;
  const { cause } = result.error;
  if (cause instanceof AppError) throw toTrpcError(cause);
  if (problemOf(result.error).code === "internal")
    ctx.app.logger.error({ err: result.error, path }, "procedure failed");
  return result;
});

/** For signed-in people, whatever their workspaces. */
export const signedInProcedure = base.meta({ permission: "signed_in" }).use(({ ctx, next }) => {
  if (ctx.user === null) throw new AppError("unauthenticated", "no session");
  return next({ ctx: { user: ctx.user } });
});

/**
 * For members of `input.workspace` whose role has `permission`. A workspace the caller does not belong to is not
 * found, so its name cannot be probed.
 */
export function workspaceProcedure(permission: Permission) {
  return signedInProcedure
    .meta({ permission })
    .input(z.object({ workspace: WorkspaceSlug }))
    .use(async ({ ctx, input, next }) => {
      const membership = await findMembership(ctx.app, ctx.user.id, input.workspace);
      if (membership === null)
        throw new AppError("not_found", `${ctx.user.id} is no member of ${input.workspace}`, {
          publicDetail: `You are in no workspace called ${input.workspace}`,
        });
      requirePermission(membership.role, permission);
      return next({
        ctx: { workspace: membership.workspace, role: membership.role, actor: ctx.user.email },
      });
    });
}

function requirePermission(role: Role, permission: Permission): void {
  if (isAllowed(role, permission)) return;
  throw new AppError("forbidden", `${role} may not ${permission}`, {
    publicDetail: `${permission} is for ${rolesAllowed(permission)}`,
  });
}
