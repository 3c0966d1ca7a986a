import {
  CatalogUpsertRequest,
  CatalogUpsertResponse,
  ImportSummary,
  JOB_STATUSES,
  RawShopperId,
  Sha256Hex,
  TrainingConfig,
} from "@shortlist/contracts";
import * as z from "zod";
import { upsertItems } from "../modules/catalog/service";
import { listImports, putImport } from "../modules/imports/service";
import { cancelJob, getJob, retryJob, startTraining } from "../modules/jobs/service";
import { putShoppers } from "../modules/playground/service";
import { activateRelease } from "../modules/releases/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const CATALOG = { scopes: ["catalog", "admin"] } as const;
/** 5,000 items with full descriptions. */
const CATALOG_BYTES_MAX = 32 * 1024 * 1024;

const JobPath = Slug.extend({ id: z.uuid() });
const JobStateAnswer = z.object({ state: z.enum(JOB_STATUSES) });
const JobAnswer = JobStateAnswer.extend({
  id: z.string(),
  name: z.string(),
  progressPct: z.int(),
  step: z.string(),
  error: z.string().nullable(),
  attempts: z.int(),
  createdBy: z.string(),
  createdAt: z.date(),
  startedAt: z.date().nullable(),
  endedAt: z.date().nullable(),
  isOver: z.boolean(),
  payload: z.record(z.string(), z.unknown()),
  result: z.record(z.string(), z.unknown()).nullable(),
  log: z.array(z.string()),
});

export const dataEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/catalog/items",
    summary: "Creates or replaces catalogue items",
    access: CATALOG,
    params: Slug,
    body: CatalogUpsertRequest,
    bodyLimitBytes: CATALOG_BYTES_MAX,
    response: CatalogUpsertResponse,
    handle: ({ ctx, workspace, body }) => upsertItems(ctx, workspace, body.items),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/sample-shoppers",
    summary: "Replaces the named shoppers of a simulated shop, for the playground",
    access: ADMIN,
    params: Slug,
    body: z.object({
      shoppers: z
        .array(
          z.object({
            userId: RawShopperId,
            name: z.string().max(120),
            taste: z.string().max(240),
            region: z.string().max(32).default(""),
          }),
        )
        .max(1_000),
    }),
    response: z.object({ stored: z.int() }),
    handle: ({ ctx, workspace, body }) => putShoppers(ctx, workspace.id, body.shoppers),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/imports",
    summary: "Records what an import did; the same file and mapping again replaces the record",
    access: CATALOG,
    params: Slug,
    body: ImportSummary,
    response: z.object({ id: z.string() }),
    handle: ({ ctx, workspace, body }) => putImport(ctx, workspace.id, body),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/imports",
    summary: "Lists imports, newest first, of one file and mapping when given",
    access: CATALOG,
    params: Slug,
    query: z.object({ fileSha256: Sha256Hex.optional(), mapping: z.string().max(128).optional() }),
    response: z.object({ imports: z.array(ImportSummary.extend({ id: z.string(), createdAt: z.date() })) }),
    handle: async ({ ctx, workspace, query }) => ({ imports: await listImports(ctx, workspace.id, query) }),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/training-runs",
    summary: "Starts a training run",
    access: ADMIN,
    params: Slug,
    body: TrainingConfig.partial(),
    response: z.object({ jobId: z.string() }),
    handle: ({ ctx, caller, workspace, body }) =>
      startTraining(ctx, workspace.id, { config: body, createdBy: caller.actor }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/jobs/{id}",
    summary: "State, progress and log of a job",
    access: ADMIN,
    params: JobPath,
    response: JobAnswer,
    handle: ({ ctx, workspace, params }) => getJob(ctx, workspace.id, params.id),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/jobs/{id}/cancel",
    summary: "Cancels a waiting or running job",
    access: ADMIN,
    params: JobPath,
    response: JobStateAnswer,
    handle: ({ ctx, workspace, params }) => cancelJob(ctx, workspace.id, params.id),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/jobs/{id}/retry",
    summary: "Queues a failed or cancelled job again",
    access: ADMIN,
    params: JobPath,
    response: JobStateAnswer,
    handle: ({ ctx, workspace, params }) => retryJob(ctx, workspace.id, params.id),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/releases/{number}/activate",
    summary: "Makes a release current: rolls back or forward by pointer",
    access: ADMIN,
    params: Slug.extend({ number: z.coerce.number().int().min(1) }),
    body: z.object({ reason: z.string().min(1).max(500) }),
    response: z.object({
      releaseId: z.string(),
      number: z.int(),
      action: z.enum(["publish", "rollback", "none"]),
    }),
    handle: ({ ctx, caller, workspace, params, body }) =>
      activateRelease(ctx, {
        workspaceId: workspace.id,
        number: params.number,
        reason: body.reason,
        actor: caller.actor,
      }),
  }),
];
