import type { FeatureView } from "@shortlist/contracts";
import * as z from "zod";
import { applyFeatureViews, getFeatureView, listFeatureViews } from "../modules/featureViews/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const ViewPath = Slug.extend({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "use lower-case letters, digits and _"),
});

const Change = z.object({ field: z.string(), before: z.unknown(), after: z.unknown() });
const Consumer = z.object({
  modelName: z.string(),
  modelVersion: z.int(),
  kind: z.string(),
  viewVersion: z.int(),
  features: z.array(z.string()),
  releases: z.array(z.object({ number: z.int(), isCurrent: z.boolean() })),
});
const Version = z.object({
  ref: z.string(),
  name: z.string(),
  version: z.int(),
  /** As published; parsed on the way in, so that what stands here needs no second check. */
  view: z.custom<FeatureView>(),
  hash: z.string(),
  createdBy: z.string(),
  createdAt: z.date(),
  retiredAt: z.date().nullable(),
  retiredBy: z.string().nullable(),
  batchEnd: z.date().nullable(),
});
const Plan = z.discriminatedUnion("action", [
  z.object({
    action: z.enum(["create", "new_version"]),
    name: z.string(),
    version: z.int(),
    changes: z.array(Change),
    consumers: z.array(Consumer),
  }),
  z.object({
    action: z.literal("unchanged"),
    name: z.string(),
    version: z.int(),
    consumers: z.array(Consumer),
  }),
  z.object({
    action: z.literal("refused"),
    name: z.string().nullable(),
    problems: z.array(z.object({ field: z.string(), problem: z.string() })),
    consumers: z.array(Consumer),
  }),
]);

/** Feature views as files in a shop's own repository: planned, then applied. */
export const featureEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/feature-views",
    summary:
      "Publishes feature views, all or none; a view without a version gets the next one when it changed. With dryRun it only says what would happen",
    access: ADMIN,
    params: Slug,
    body: z.object({ views: z.array(z.unknown()).min(1).max(200), dryRun: z.boolean().default(false) }),
    response: z.object({ plans: z.array(Plan), published: z.array(z.string()) }),
    handle: ({ ctx, caller, workspace, body }) =>
      applyFeatureViews(ctx, workspace.id, { ...body, actor: caller.actor }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/feature-views",
    summary: "Lists the newest version of every feature view and what reads it",
    access: ADMIN,
    params: Slug,
    response: z.object({
      views: z.array(Version.extend({ nVersions: z.int(), nLive: z.int(), consumers: z.array(Consumer) })),
    }),
    handle: async ({ ctx, workspace }) => ({ views: await listFeatureViews(ctx, workspace.id) }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/feature-views/{name}",
    summary: "One feature view: its versions with what each changed, and what reads it",
    access: ADMIN,
    params: ViewPath,
    response: z.object({
      name: z.string(),
      versions: z.array(Version.extend({ changes: z.array(Change) })),
      consumers: z.array(Consumer),
    }),
    handle: ({ ctx, workspace, params }) => getFeatureView(ctx, workspace.id, params.name),
  }),
];
