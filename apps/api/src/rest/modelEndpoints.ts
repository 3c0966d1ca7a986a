import { Evaluation, ModelKind, Surface } from "@shortlist/contracts";
import * as z from "zod";
import { registerModelVersion } from "../modules/registry/registerService";
import { publishWithRanker } from "../modules/releases/compileService";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
/** A third more than 96 MB of files: rankers and factors fit; indexes of large catalogues are made by training. */
const PACKAGE_BYTES_MAX = 128 * 1024 * 1024;

/** Models that were trained elsewhere: any ranker in ONNX with its manifest (M1). */
export const modelEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/models/{name}/versions",
    summary: "Registers a model version; one that does not check out is refused with the reason",
    access: ADMIN,
    params: Slug.extend({
      name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/, "use 1–64 lower-case letters, digits, _ or -"),
    }),
    body: z.object({
      kind: ModelKind,
      description: z.string().max(2_000).default(""),
      manifest: z.unknown(),
      artifacts: z.array(z.object({ name: z.string().min(1).max(128), base64: z.base64() })).max(16),
      evaluation: Evaluation.nullable().default(null),
    }),
    bodyLimitBytes: PACKAGE_BYTES_MAX,
    response: z.object({ id: z.string(), ref: z.string(), version: z.int() }),
    async handle({ ctx, caller, workspace, params, body }) {
      const { artifacts, ...rest } = body;
      const { id, modelName, version } = await registerModelVersion(ctx, {
        ...rest,
        workspaceId: workspace.id,
        modelName: params.name,
        artifacts: artifacts.map(({ name, base64 }) => ({ name, bytes: Buffer.from(base64, "base64") })),
        jobId: null,
        createdBy: caller.actor,
      });
      return { id, ref: `${modelName}@${version}`, version };
    },
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/releases",
    summary: "Publishes the current release with another ranker",
    access: ADMIN,
    params: Slug,
    body: z.object({
      ranker: z.object({ name: z.string().max(128), version: z.int().min(1) }),
      surfaces: z
        .array(Surface)
        .min(1)
        .optional()
        .describe(
          "Where it is to rank; other surfaces keep their ranker. Absent: all but surfaces whose settings name one.",
        ),
      note: z.string().min(1).max(500),
    }),
    response: z.object({ releaseId: z.string(), number: z.int() }),
    handle: ({ ctx, caller, workspace, body }) =>
      publishWithRanker(ctx, { ...body, workspaceId: workspace.id, createdBy: caller.actor }),
  }),
];
