import { ModelManifest } from "@shortlist/contracts";
import * as z from "zod";
import { getAliasHistory, getAliasVersion, moveAlias } from "../modules/registry/aliasService";
import { deleteVersion, setArchived } from "../modules/registry/keepService";
import { compareModelVersions, getLineage } from "../modules/registry/lineageService";
import { getModel, getModelVersion, listModels, searchVersions } from "../modules/registry/service";
import { setTag } from "../modules/registry/tagService";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const ModelPath = Slug.extend({ name: z.string().max(128) });
const VersionPath = ModelPath.extend({ version: z.coerce.number().int().min(1) });
const AliasPath = ModelPath.extend({ alias: z.string().max(64) });
const TagPath = VersionPath.extend({ key: z.string().max(100) });
/** Views of the registry are the console's too; their shape is the type of their service. */
const View = z.record(z.string(), z.unknown());
const Done = z.object({ done: z.literal(true) });
const DONE = { done: true } as const;

/** What is in the registry: looking, naming, tagging, comparing, taking away. Registering is in modelEndpoints. */
export const registryEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/models",
    summary: "Models with their newest version, aliases and what serves",
    access: ADMIN,
    params: Slug,
    response: z.object({ models: z.array(View) }),
    handle: async ({ ctx, workspace }) => ({ models: await listModels(ctx, workspace.id) }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/model-versions",
    summary:
      "Searches versions: kind:ranker tag:team=growth alias:champion metrics.ndcgAt20>0.1 created>2026-05-01",
    access: ADMIN,
    params: Slug,
    query: z.object({ search: z.string().max(500).default("") }),
    response: z.object({
      versions: z.array(View),
      nFound: z.int().describe("The newest 100 of them are listed"),
      isCut: z.boolean().describe("There are more versions than a search looks through"),
    }),
    handle: ({ ctx, workspace, query }) => searchVersions(ctx, workspace.id, query.search),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/models/{name}",
    summary: "A model with all versions, and which of them served when",
    access: ADMIN,
    params: ModelPath,
    response: View,
    handle: ({ ctx, workspace, params }) => getModel(ctx, workspace.id, params.name),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/models/{name}/versions/{version}",
    summary: "A version: manifest, check, evaluation, lineage and what points at it",
    access: ADMIN,
    params: VersionPath,
    response: z.object({
      version: View,
      manifest: ModelManifest.omit({ golden: true }).partial().loose(),
      lineage: View,
    }),
    async handle({ ctx, workspace, params }) {
      const at = { name: params.name, version: params.version };
      const { manifest, ...version } = await getModelVersion(ctx, workspace.id, at);
      return { version, manifest, lineage: await getLineage(ctx, workspace.id, at) };
    },
  }),
  defineEndpoint({
    method: "DELETE",
    path: "/v1/workspaces/{slug}/models/{name}/versions/{version}",
    summary: "Deletes a version that nothing points at; otherwise names what does",
    access: ADMIN,
    params: VersionPath,
    response: Done,
    handle: ({ ctx, caller, workspace, params }) =>
      deleteVersion(ctx, workspace.id, { ...params, actor: caller.actor }).then(() => DONE),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/models/{name}/versions/{version}/archived",
    summary: "Takes a version out of the hot list, or back",
    access: ADMIN,
    params: VersionPath,
    body: z.object({ isArchived: z.boolean() }),
    response: Done,
    handle: ({ ctx, caller, workspace, params, body }) =>
      setArchived(ctx, workspace.id, { ...params, ...body, actor: caller.actor }).then(() => DONE),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/models/{name}/versions/{version}/tags/{key}",
    summary: "Sets a tag of a version; null takes it away",
    access: ADMIN,
    params: TagPath,
    body: z.object({ value: z.string().max(300).nullable() }),
    response: Done,
    handle: ({ ctx, caller, workspace, params, body }) =>
      setTag(ctx, workspace.id, { ...params, ...body, actor: caller.actor }).then(() => DONE),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/models/{name}/compare",
    summary: "What differs between two versions",
    access: ADMIN,
    params: ModelPath,
    query: z.object({ before: z.coerce.number().int().min(1), after: z.coerce.number().int().min(1) }),
    response: View,
    handle: ({ ctx, workspace, params: { name }, query }) =>
      compareModelVersions(ctx, workspace.id, {
        before: { name, version: query.before },
        after: { name, version: query.after },
      }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/models/{name}/aliases",
    summary: "Every move of the model's aliases, and what waits for a second person",
    access: ADMIN,
    params: ModelPath,
    response: View,
    handle: ({ ctx, workspace, params }) => getAliasHistory(ctx, workspace.id, params.name),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/models/{name}/aliases/{alias}",
    summary: "The version an alias names now, or named at a moment",
    access: ADMIN,
    params: AliasPath,
    query: z.object({ at: z.coerce.date().optional().describe("ISO 8601; absent: now") }),
    response: z.object({ model: z.string(), alias: z.string(), version: z.int(), ref: z.string() }),
    handle: ({ ctx, workspace, params, query }) =>
      getAliasVersion(ctx, workspace.id, {
        model: params.name,
        alias: params.alias,
        at: query.at ?? null,
      }),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/models/{name}/aliases/{alias}",
    summary:
      "Moves an alias to a version, or takes it away; a protected one needs a reason, and maybe a second person",
    access: ADMIN,
    params: AliasPath,
    body: z.object({ version: z.int().min(1).nullable(), reason: z.string().max(500).default("") }),
    response: z.object({
      outcome: z.enum(["moved", "none", "asked"]),
      alias: z.string(),
      requestId: z.string().nullable(),
    }),
    handle: ({ ctx, caller, workspace, params, body }) =>
      moveAlias(ctx, workspace.id, {
        ...body,
        model: params.name,
        alias: params.alias,
        actor: caller.actor,
        mayMoveProtected: true,
      }),
  }),
];
