import type { FeatureView } from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { pickViews } from "./pick";
import { listVersionRows } from "./repository";

type Ctx = Pick<AppContext, "db">;

/**
 * The published views that the references name; refuses all that are not, each with its remedy. Retired versions are
 * found too: what was published stays readable for training.
 */
export async function getPublishedViews(
  { db }: Ctx,
  workspaceId: string,
  { refs, field }: { refs: readonly string[]; field: string },
): Promise<readonly FeatureView[]> {
  if (refs.length === 0) return [];
  const published = (await listVersionRows(db, workspaceId)).map(({ view }) => view);
  const picked = pickViews(published, { refs, field });
  if ("problems" in picked)
    throw new AppError("invalid_request", "unknown feature views", { fields: [...picked.problems] });
  return picked.views;
}

/** As `getPublishedViews`, for a ranker that adds up what it knows: only views of items tell its candidates apart. */
export async function getItemViews(
  ctx: Ctx,
  workspaceId: string,
  o: { refs: readonly string[]; field: string },
): Promise<readonly FeatureView[]> {
  const views = await getPublishedViews(ctx, workspaceId, o);
  const fields = views.flatMap(({ name, entity }, i) =>
    entity === "item"
      ? []
      : [
          {
            field: `${o.field}.${i}`,
            problem: `${name} is by ${entity}: a linear ranker orders one shopper's candidates, name a view by item`,
          },
        ],
  );
  if (fields.length > 0) throw new AppError("invalid_request", "views not by item", { fields });
  return views;
}
