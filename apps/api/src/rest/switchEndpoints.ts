import { SurfaceSwitches, SWITCH_TARGETS } from "@shortlist/contracts";
import * as z from "zod";
import { getSwitches, throwSwitches } from "../modules/switches/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const Target = z.enum(SWITCH_TARGETS);

export const switchEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/switches",
    summary: "What is switched off or down, for each surface and for all",
    access: ADMIN,
    params: Slug,
    response: z.object({
      targets: z.array(
        z.object({
          target: Target,
          switches: SurfaceSwitches,
          isThrown: z.boolean(),
          says: z.string(),
          since: z.date().nullable(),
          by: z.string().nullable(),
          reason: z.string(),
        }),
      ),
    }),
    handle: async ({ ctx, workspace }) => ({ targets: (await getSwitches(ctx, workspace.id)).targets }),
  }),
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/switches/{target}",
    summary:
      "Throws or undoes the switches of a surface, or of all; in force within seconds, without a release",
    access: ADMIN,
    params: Slug.extend({ target: Target }),
    body: z.object({ switches: SurfaceSwitches, reason: z.string().trim().max(300).default("") }),
    response: z.object({ says: z.string(), isPublished: z.boolean() }),
    handle: ({ ctx, caller, workspace, params, body }) =>
      throwSwitches(ctx, workspace.id, { ...body, target: params.target, actor: caller.actor }),
  }),
];
