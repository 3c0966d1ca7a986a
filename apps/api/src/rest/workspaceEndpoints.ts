import { WorkspaceSlug } from "@shortlist/contracts";
import * as z from "zod";
import { createKey, KEY_SCOPES, revokeKey } from "../modules/keys/service";
import { publishControlDocument } from "../modules/releases/service";
import { getWorkspace, listWorkspaces, putWorkspace, setUpFirstAdmin } from "../modules/workspaces/service";
import { defineEndpoint, type Endpoint } from "./endpoint";

export const Slug = z.object({ slug: WorkspaceSlug });
const ADMIN = { scopes: ["admin"] } as const;

const WorkspaceAnswer = z.object({
  slug: z.string(),
  name: z.string(),
  nItems: z.int(),
  currentRelease: z.object({ releaseId: z.string(), number: z.int(), createdAt: z.date() }).nullable(),
});

export const workspaceEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "POST",
    path: "/v1/setup",
    summary: "Creates the first admin; does nothing when any user exists",
    access: "service",
    body: z.object({
      email: z.email().max(254),
      password: z.string().min(8).max(128),
      name: z.string().min(1).max(120),
    }),
    response: z.object({ created: z.boolean() }),
    handle: ({ ctx, body }) => setUpFirstAdmin(ctx, body),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces",
    summary: "Lists workspaces",
    access: "service",
    response: z.object({ workspaces: z.array(WorkspaceAnswer) }),
    handle: async ({ ctx }) => ({ workspaces: await listWorkspaces(ctx) }),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}",
    summary: "Creates a workspace, or renames it; existing admins become its admins",
    access: "service",
    params: Slug,
    body: z.object({ name: z.string().min(1).max(120) }),
    response: WorkspaceAnswer.extend({ created: z.boolean() }),
    async handle({ ctx, params, body }) {
      const { created } = await putWorkspace(ctx, params.slug, body.name);
      const workspace = await getWorkspace(ctx, params.slug);
      await publishControlDocument(ctx, workspace.id);
      return { ...workspace, created };
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}",
    summary: "One workspace with the size of its catalogue and its current release",
    access: { scopes: ["admin", "catalog"] },
    params: Slug,
    response: WorkspaceAnswer,
    handle: ({ ctx, params }) => getWorkspace(ctx, params.slug),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/keys",
    summary: "Creates an API key; the key is shown in this answer only",
    access: ADMIN,
    params: Slug,
    body: z.object({
      name: z.string().min(1).max(120),
      scopes: z.array(z.enum(KEY_SCOPES)).min(1),
    }),
    response: z.object({ id: z.string(), key: z.string(), prefix: z.string() }),
    handle: ({ ctx, caller, workspace, body }) =>
      createKey(ctx, workspace.id, { ...body, createdBy: caller.actor }),
  }),
  defineEndpoint({
    method: "DELETE",
    path: "/v1/workspaces/{slug}/keys/{id}",
    summary: "Revokes an API key; replicas refuse it within seconds",
    access: ADMIN,
    params: Slug.extend({ id: z.uuid() }),
    response: z.object({ id: z.string() }),
    handle: ({ ctx, caller, workspace, params }) =>
      revokeKey(ctx, workspace.id, { id: params.id, actor: caller.actor }),
  }),
];
