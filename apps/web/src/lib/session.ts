import { isAllowed, PERMISSIONS, type Permission, rolesAllowed } from "@shortlist/contracts";
import { TRPCClientError } from "@trpc/client";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import type { SessionView } from "@/modules/shell/session";
import { getApi } from "./trpc/server";

/** Who is asking, in which workspaces; sends to sign-in when the session is not good (any more). */
export const getMine = cache(async () => {
  // Before anything is asked: what follows depends on the visitor and is never prerendered.
  const path = (await headers()).get("x-console-path");
  try {
    return await getApi().workspaces.mine.query();
  } catch (error) {
    if (error instanceof TRPCClientError && error.data?.code === "UNAUTHORIZED") {
      redirect(path === null ? "/login" : `/login?next=${encodeURIComponent(path)}`);
    }
    throw error;
  }
});

/**
 * The session as the browser needs it. Permissions are worked out here, from the table that the API's own gate
 * uses, so that the browser needs neither the table nor its validator.
 */
export async function findSession(slug: string): Promise<SessionView | null> {
  const { user, workspaces } = await getMine();
  const workspace = workspaces.find((candidate) => candidate.slug === slug);
  if (workspace === undefined) return null;
  const names = Object.keys(PERMISSIONS) as Permission[];
  return {
    user,
    workspace: { slug: workspace.slug, name: workspace.name },
    role: workspace.role,
    workspaces: workspaces.map((each) => ({ slug: each.slug, name: each.name })),
    can: Object.fromEntries(
      names.map((name) => [name, { allowed: isAllowed(workspace.role, name), roles: rolesAllowed(name) }]),
    ) as SessionView["can"],
  };
}
