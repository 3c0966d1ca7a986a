import { JOB_STATUSES, ListsConfig, Surface, SurfaceMode } from "@shortlist/contracts";
import * as z from "zod";
import { getListStatus, startLists } from "../modules/lists/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;

export const listEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/lists",
    summary:
      "Precomputed lists: mode, last run and run under way of each surface, and how often lists were found",
    access: ADMIN,
    params: Slug,
    response: z.object({
      surfaces: z.array(
        z.object({
          surface: Surface,
          mode: SurfaceMode,
          last: z
            .object({
              jobId: z.string(),
              startedAt: z.date(),
              endedAt: z.date().nullable(),
              total: z.int(),
              written: z.int(),
              renewed: z.int(),
              bytes: z.number(),
              skipped: z.record(z.string(), z.int()),
              isOfCurrentRelease: z.boolean(),
            })
            .nullable(),
          job: z
            .object({
              id: z.string(),
              state: z.enum(JOB_STATUSES),
              progressPct: z.int(),
              step: z.string(),
              error: z.string().nullable(),
              createdAt: z.date(),
            })
            .nullable(),
        }),
      ),
      hits: z.int(),
      misses: z.int(),
    }),
    handle: ({ ctx, workspace }) => getListStatus(ctx, workspace),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/lists",
    summary: "Starts computing the lists of a surface's active shoppers",
    access: ADMIN,
    params: Slug,
    body: ListsConfig,
    response: z.object({ jobId: z.string() }),
    handle: ({ ctx, caller, workspace, body }) =>
      startLists(ctx, workspace.id, { config: body, createdBy: caller.actor }),
  }),
];
