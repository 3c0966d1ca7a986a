"use client";

import type { Permission, Role } from "@shortlist/contracts";
import { createContext, type ReactNode, useContext } from "react";

export interface SessionView {
  readonly user: { readonly name: string; readonly email: string };
  readonly workspace: { readonly slug: string; readonly name: string };
  readonly role: Role;
  readonly workspaces: readonly { readonly slug: string; readonly name: string }[];
  /** Per permission: whether this role has it, and who has it in words ("ML engineer or Admin"). */
  readonly can: Readonly<Record<Permission, { readonly allowed: boolean; readonly roles: string }>>;
}

const SessionContext = createContext<SessionView | null>(null);

export function SessionProvider({ value, children }: { value: SessionView; children: ReactNode }) {
  return <SessionContext value={value}>{children}</SessionContext>;
}

export function useSession(): SessionView {
  const session = useContext(SessionContext);
  if (session === null) throw new Error("useSession outside of a workspace");
  return session;
}

/** Slug of the workspace in the address, and links inside it. */
export function useWorkspace(): { slug: string; href: (path: string) => string } {
  const { slug } = useSession().workspace;
  return { slug, href: (path) => workspaceHref(slug, path) };
}

export function workspaceHref(slug: string, path: string): string {
  return path === "/" ? `/w/${slug}` : `/w/${slug}${path}`;
}
