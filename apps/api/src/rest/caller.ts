import { AppError, digestsEqual, sha256Hex } from "@shortlist/platform";
import type { FastifyRequest } from "fastify";
import type { AppContext } from "../context";

/** Who makes a REST call: the product's own processes, or a shop's API key of one workspace. */
export type Caller =
  | { readonly kind: "service"; readonly actor: string }
  | {
      readonly kind: "key";
      readonly actor: string;
      readonly workspaceId: string;
      readonly scopes: readonly string[];
    };

export async function identifyCaller(ctx: AppContext, request: FastifyRequest): Promise<Caller> {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (token === undefined)
    throw new AppError("unauthenticated", "no bearer token", {
      publicDetail: "Send the header: Authorization: Bearer <key>",
    });
  const digest = sha256Hex(token);
  if (digestsEqual(digest, sha256Hex(ctx.env.SERVICE_KEY))) return { kind: "service", actor: "service key" };
  const key = await ctx.db.apiKey.findUnique({ where: { sha256: digest } });
  if (key === null || key.revokedAt !== null)
    throw new AppError("unauthenticated", "unknown or revoked key", {
      publicDetail: "The key is not known or was revoked",
    });
  return { kind: "key", actor: `key ${key.prefix}…`, workspaceId: key.workspaceId, scopes: key.scopes };
}

/** Only the service key: what concerns more than one workspace. */
export function requireService(caller: Caller): void {
  if (caller.kind !== "service")
    throw new AppError("forbidden", "needs the service key", {
      publicDetail: "This call needs the service key, not a workspace's key",
    });
}

/** The workspace of the path, when the caller may act in it: the service key, or its own key with a scope. */
export async function requireWorkspace(
  ctx: AppContext,
  caller: Caller,
  o: { slug: string; scopes: readonly string[] },
): Promise<{ id: string; slug: string }> {
  const workspace = await ctx.db.workspace.findUnique({
    where: { slug: o.slug },
    select: { id: true, slug: true },
  });
  // The same answer for absent and foreign, so that a key cannot be used to probe for names.
  if (workspace === null || (caller.kind === "key" && caller.workspaceId !== workspace.id))
    throw new AppError("not_found", `no workspace ${o.slug} for ${caller.actor}`, {
      publicDetail: `There is no workspace ${o.slug}`,
    });
  if (caller.kind === "key" && !o.scopes.some((scope) => caller.scopes.includes(scope)))
    throw new AppError("forbidden", "scope missing", {
      publicDetail: `The key needs the scope ${o.scopes.join(" or ")}`,
    });
  return workspace;
}
