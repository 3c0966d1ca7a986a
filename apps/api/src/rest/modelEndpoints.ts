import {
  Evaluation,
  ModelCheck,
  ModelKind,
  ModelLineage,
  ModelName,
  Sha256Hex,
  Surface,
} from "@shortlist/contracts";
import * as z from "zod";
import { storeUpload } from "../modules/registry/artifactService";
import { registerModelVersion } from "../modules/registry/registerService";
import { resolveVersion } from "../modules/registry/service";
import { publishWithRanker } from "../modules/releases/rebuildService";
import { listReleases } from "../modules/releases/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const ArtifactName = z.string().regex(/^[\w][\w.-]{0,127}$/, "use letters, digits, dots, _ or -");
/** A third more than 96 MB of files: rankers and factors fit; indexes of large catalogues are made by training. */
const PACKAGE_BYTES_MAX = 128 * 1024 * 1024;

/** Models that were trained elsewhere: any ranker in ONNX with its manifest (M1). */
export const modelEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "PUT",
    path: "/v1/workspaces/{slug}/artifacts/{sha256}",
    summary: "Uploads a file of a model, of up to 2 GB, under the SHA-256 of its bytes",
    access: ADMIN,
    params: Slug.extend({ sha256: Sha256Hex }),
    takesFile: true,
    response: z.object({ sha256: z.string(), bytes: z.int() }),
    handle: ({ ctx, caller, workspace, params, stream }) =>
      storeUpload(ctx, workspace.id, { source: stream, announced: params.sha256, actor: caller.actor }),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/models/{name}/versions",
    summary: "Registers a model version; one that does not check out is refused with the reason",
    access: ADMIN,
    params: Slug.extend({ name: ModelName }),
    body: z.object({
      kind: ModelKind.default("ranker"),
      description: z.string().max(2_000).default(""),
      manifest: z
        .unknown()
        .describe("Features in the order of the model's columns, and what else the model cannot say itself"),
      artifacts: z
        .array(
          z.union([
            z.object({ name: ArtifactName, sha256: Sha256Hex }),
            z.object({ name: ArtifactName, base64: z.base64() }),
          ]),
        )
        .max(16)
        .describe("Files by the hash they were uploaded under, or small ones in the call"),
      evaluation: Evaluation.nullable().default(null),
      makeGolden: z
        .boolean()
        .default(false)
        .describe("There are no golden rows: make them by running the model as it is"),
      lineage: ModelLineage.nullable().default(null),
    }),
    bodyLimitBytes: PACKAGE_BYTES_MAX,
    response: z.object({
      id: z.string(),
      ref: z.string(),
      version: z.int(),
      check: ModelCheck.nullable().describe("What was found when the model was run"),
    }),
    async handle({ ctx, caller, workspace, params, body }) {
      const { artifacts, ...rest } = body;
      const { id, modelName, version, check } = await registerModelVersion(ctx, {
        ...rest,
        workspaceId: workspace.id,
        modelName: params.name,
        artifacts: artifacts.map((file) =>
          "base64" in file ? { name: file.name, bytes: Buffer.from(file.base64, "base64") } : file,
        ),
        jobId: null,
        createdBy: caller.actor,
      });
      return { id, ref: `${modelName}@${version}`, version, check };
    },
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/releases",
    summary: "The newest 100 releases, and when each was made current",
    access: ADMIN,
    params: Slug,
    response: z.object({
      currentReleaseId: z.string().nullable(),
      releases: z.array(z.record(z.string(), z.unknown())),
      activations: z.array(z.record(z.string(), z.unknown())),
    }),
    handle: ({ ctx, workspace }) => listReleases(ctx, workspace.id),
  }),
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/releases",
    summary: "Publishes the current release with another ranker",
    access: ADMIN,
    params: Slug,
    body: z.object({
      ranker: z.union([
        z.object({ name: z.string().max(128), version: z.int().min(1) }),
        z.object({ ref: z.string().max(200).describe("name@version, name@alias, or a name for its newest") }),
      ]),
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
    handle: async ({ ctx, caller, workspace, body }) =>
      publishWithRanker(ctx, {
        ...body,
        ranker: "ref" in body.ranker ? await resolveVersion(ctx, workspace.id, body.ranker.ref) : body.ranker,
        workspaceId: workspace.id,
        createdBy: caller.actor,
      }),
  }),
];
