import type { AppContext } from "../../context";
import { findWorstLag, type GroupLag, type LagVerdict } from "./decide";
import { listGroupLags } from "./repository";

export type { LagVerdict } from "./decide";

type Ctx = Pick<AppContext, "db" | "redis" | "logger" | "now">;

/** How far the readers of a workspace's streams are; null when Redis does not say. */
export async function findEventLogLags(
  ctx: Ctx,
  workspace: { id: string; slug: string },
): Promise<GroupLag[] | null> {
  const streamed = await ctx.db.featureViewVersion.count({
    where: {
      workspaceId: workspace.id,
      retiredAt: null,
      NOT: { definition: { path: ["mode"], equals: "batch" } },
    },
  });
  try {
    return await listGroupLags(ctx.redis, workspace.slug, { hasFeatures: streamed > 0 });
  } catch (error) {
    ctx.logger.debug({ err: error }, "the event log could not be looked at");
    return null;
  }
}

/** What of the event log needs a person; null when nothing does, or when it cannot be seen (which home says itself). */
export async function findEventLogTrouble(
  ctx: Ctx,
  workspace: { id: string; slug: string },
): Promise<(LagVerdict & { at: Date | null }) | null> {
  const lags = await findEventLogLags(ctx, workspace);
  const worst = lags === null ? null : findWorstLag(lags, ctx.now().getTime());
  if (worst === null) return null;
  const { oldestUnreadAtMs } = worst.lag;
  return { ...worst.verdict, at: oldestUnreadAtMs === null ? null : new Date(oldestUnreadAtMs) };
}
