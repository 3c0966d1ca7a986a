import { TrainingSetConfig, TrainingSetView } from "@shortlist/contracts";
import * as z from "zod";
import {
  getTrainingSet,
  getTrainingSetRows,
  listTrainingSets,
  startTrainingSet,
} from "../modules/trainingSets/service";
import { defineEndpoint, type Endpoint } from "./endpoint";
import { Slug } from "./workspaceEndpoints";

const ADMIN = { scopes: ["admin"] } as const;
const SetPath = Slug.extend({ id: z.uuid() });

export const trainingSetEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: "POST",
    path: "/v1/workspaces/{slug}/training-sets",
    summary: "Starts building a point-in-time training set from the slate log",
    access: ADMIN,
    params: Slug,
    body: TrainingSetConfig,
    response: z.object({ jobId: z.string() }),
    handle: ({ ctx, caller, workspace, body }) =>
      startTrainingSet(ctx, workspace.id, { config: body, createdBy: caller.actor }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/training-sets",
    summary: "Lists training sets, newest first",
    access: ADMIN,
    params: Slug,
    response: z.object({ trainingSets: z.array(TrainingSetView) }),
    handle: async ({ ctx, workspace }) => ({ trainingSets: await listTrainingSets(ctx, workspace.id) }),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/training-sets/{id}",
    summary: "What a training set is made of: views, labels, counts, hashes",
    access: ADMIN,
    params: SetPath,
    response: TrainingSetView,
    handle: ({ ctx, workspace, params }) => getTrainingSet(ctx, workspace.id, params.id),
  }),
  defineEndpoint({
    method: "GET",
    path: "/v1/workspaces/{slug}/training-sets/{id}/rows.parquet",
    summary: "The rows of a training set",
    access: ADMIN,
    params: SetPath,
    response: z.instanceof(Uint8Array),
    contentType: "application/vnd.apache.parquet",
    handle: ({ ctx, workspace, params }) => getTrainingSetRows(ctx, workspace.id, params.id),
  }),
];
