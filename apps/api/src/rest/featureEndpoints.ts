import {
  BackfillCheckpoint,
  BackfillPlan,
  BackfillResult,
  FEATURE_BACKFILL_STATES,
  FeatureFreshness,
  type FeatureView,
  JOB_STATUSES,
} from "@shortlist/contracts";
import * as z from "zod";
import { getBackfill, requestBackfill, startBackfill } from "../modules/featureViews/backfillService";
import { applyFeatureViews, getFeatureView, listFeatureViews } from "../modules/featureViews/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const ViewPath = Slug.extend({
  name: z.string().regex(/^[a-z][a-z0-9_]{0,39}$/, "use lower-case letters, digits and _"),
});

const BackfillPath = Slug.extend({ id: z.uuid() });

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
  batch: z
    .object({
      generation: z.string(),
      end: z.date(),
      rows: z.int().nullable(),
      bytes: z.number().nullable(),
      /** A log was imported since: its events are not in the batch before the next one. */
      isBehindImport: z.boolean(),
    })
    .nullable(),
  freshness: z.object({
    measured: FeatureFreshness.nullable(),
    verdict: z.object({ state: z.enum(["pass", "fail", "undecided", "no_data"]), sentence: z.string() }),
  }),
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
    handle: async ({ ctx, workspace }) => ({ views: await listFeatureViews(ctx, workspace) }),
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
    handle: ({ ctx, workspace, params }) => getFeatureView(ctx, workspace, params.name),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/feature-views/{name}/backfills",
    summary:
      "Plans a backfill of a view's batch: what it would read, write and change. Nothing is written yet",
    access: ADMIN,
    params: ViewPath,
    body: z.object({
      version: z.int().min(1).optional(),
      /** A day: the batch ends when it begins, at midnight UTC. Last midnight without. */
      batchEnd: z.iso.date().optional(),
    }),
    response: z.object({ id: z.string(), jobId: z.string() }),
    handle: ({ ctx, caller, workspace, params, body }) =>
      requestBackfill(ctx, workspace.id, {
        name: params.name,
        version: body.version,
        batchEndMs: body.batchEnd === undefined ? undefined : Date.parse(body.batchEnd),
        actor: caller.actor,
      }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/feature-backfills/{id}",
    summary: "State, plan, progress and result of a backfill",
    access: ADMIN,
    params: BackfillPath,
    response: z.object({
      id: z.string(),
      ref: z.string(),
      state: z.enum(FEATURE_BACKFILL_STATES),
      generation: z.string(),
      batchEnd: z.date(),
      isLive: z.boolean(),
      plan: BackfillPlan.nullable(),
      checkpoint: BackfillCheckpoint.nullable(),
      result: BackfillResult.nullable(),
      job: z
        .object({
          id: z.string(),
          state: z.enum(JOB_STATUSES),
          progressPct: z.int(),
          step: z.string(),
          error: z.string().nullable(),
        })
        .nullable(),
    }),
    handle: ({ ctx, workspace, params }) => getBackfill(ctx, workspace.id, params.id),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/feature-backfills/{id}/start",
    summary: "Starts a planned backfill; readers are moved to its batch when every row is written",
    access: ADMIN,
    params: BackfillPath,
    response: z.object({ jobId: z.string() }),
    handle: ({ ctx, caller, workspace, params }) =>
      startBackfill(ctx, workspace.id, { id: params.id, actor: caller.actor }),
  }),
];
