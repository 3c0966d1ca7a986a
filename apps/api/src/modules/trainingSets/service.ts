import { FeatureFreshness, redisKeys, TrainingSetConfig, type TrainingSetView } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { getPublishedViews } from "../featureViews/pickService";
import { createJob } from "../jobs/service";
import { decideWriteLag, type WriteLag } from "./decide";
import {
  findTrainingSetRow,
  listTrainingSetRows,
  type NewTrainingSet,
  upsertTrainingSetRow,
} from "./repository";

type Ctx = Pick<AppContext, "db">;
interface Workspace {
  readonly id: string;
  readonly slug: string;
}

/** What the caller may leave out takes its default. */
export type TrainingSetRequest = typeof TrainingSetConfig._zod.input;

/** Starts building a training set. The versions are pinned now, so that a retry builds the same. */
export async function startTrainingSet(
  ctx: Ctx & Pick<AppContext, "now" | "queue" | "logger">,
  workspaceId: string,
  { config, createdBy }: { config: TrainingSetRequest; createdBy: string },
): Promise<{ jobId: string }> {
  const parsed = TrainingSetConfig.parse(config);
  const views = await getPublishedViews(ctx, workspaceId, { refs: parsed.views, field: "views" });
  const payload = { ...parsed, views: views.map(({ name, version }) => `${name}@${version}`) };
  return createJob(ctx, workspaceId, { name: "features.trainingSet", payload, createdBy });
}

/** The write lag to build with; an online store that is away is no measurement. */
export async function getWriteLag(
  { redis }: Pick<AppContext, "redis">,
  workspace: Workspace,
  o: { readonly given: number | null; readonly refs: readonly string[] },
): Promise<WriteLag> {
  if (o.given !== null || o.refs.length === 0) return decideWriteLag(o.given, []);
  const texts = await redis
    .hmget(redisKeys.featureFreshness(workspace.slug), ...o.refs)
    .catch((): (string | null)[] => []);
  const freshness = texts.map((text) => {
    const parsed = text === null ? null : FeatureFreshness.safeParse(JSON.parse(text));
    return parsed?.success === true ? parsed.data : null;
  });
  return decideWriteLag(null, freshness);
}

export function saveTrainingSet({ db }: Ctx, row: NewTrainingSet): Promise<{ id: string }> {
  return upsertTrainingSetRow(db, row);
}

export function listTrainingSets({ db }: Ctx, workspaceId: string): Promise<TrainingSetView[]> {
  return listTrainingSetRows(db, workspaceId);
}

export async function getTrainingSet({ db }: Ctx, workspaceId: string, id: string): Promise<TrainingSetView> {
  const found = await findTrainingSetRow(db, workspaceId, id);
  if (found === null)
    throw new AppError("not_found", `no training set ${id}`, {
      publicDetail: "There is no such training set in this workspace",
    });
  return found;
}

/** The rows as Parquet. */
export async function getTrainingSetRows(
  ctx: Ctx & Pick<AppContext, "artifacts">,
  workspaceId: string,
  id: string,
): Promise<Uint8Array> {
  const { artifact } = await getTrainingSet(ctx, workspaceId, id);
  return ctx.artifacts.get(artifact.sha256);
}
