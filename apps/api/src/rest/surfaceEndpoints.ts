import { Surface, SurfaceSettings } from "@shortlist/contracts";
import * as z from "zod";
import { getSurface, updateSurface } from "../modules/surfaces/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const AtSurface = Slug.extend({ surface: Surface });
const Change = z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() });

/** How the lists of a surface are built. */
export const surfaceEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/surfaces/{surface}",
    summary: "The settings of a surface, and what of them the current release does not have",
    access: ADMIN,
    params: AtSurface,
    response: z.object({
      surface: Surface,
      revision: z.int().describe("0 while nobody has set anything"),
      isDefault: z.boolean(),
      settings: SurfaceSettings,
      releaseNumber: z.int().nullable(),
      pending: z.array(Change),
    }),
    handle: ({ ctx, workspace, params }) => getSurface(ctx, workspace.id, params.surface),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/surfaces/{surface}",
    summary: "Sets how lists of a surface are built, by a release that is published or made for a rollout",
    access: ADMIN,
    params: AtSurface,
    body: z.object({
      settings: SurfaceSettings.nullable().describe("null goes back to the defaults"),
      basedOn: z
        .int()
        .min(0)
        .optional()
        .describe("The revision that was edited; refused when it is not the newest"),
      use: z
        .enum(["current", "candidate"])
        .default("current")
        .describe(
          "candidate: the release is only made; a rollout of it stores the settings when it completes",
        ),
      reason: z.string().trim().max(300).default(""),
    }),
    response: z.object({
      revision: z.int(),
      releaseNumber: z.int().nullable().describe("null when nothing differed and nothing was published"),
      changes: z.array(Change),
    }),
    handle: ({ ctx, caller, workspace, params, body }) =>
      updateSurface(ctx, workspace.id, { ...body, surface: params.surface, actor: caller.actor }),
  }),
];
