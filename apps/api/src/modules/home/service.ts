import type { AppContext } from "../../context";
import { getCatalogSummary } from "../catalog/service";
import { findEventLogTrouble } from "../eventLog/service";
import { findFeatureTrouble } from "../featureViews/service";
import { listJobs } from "../jobs/service";
import { listLatestFailures } from "../quality/checkService";
import { listRollouts } from "../rollouts/service";
import { getFleet } from "../serving/service";
import { getClickThrough } from "./clickThrough";
import { computeNeeds } from "./decide";
import { computeRungShares } from "./needs/answers";
import { listUnansweredFailures } from "./needs/jobs";

type Ctx = Pick<AppContext, "db" | "redis" | "lake" | "now" | "logger">;

/** Does anything need me? What does, worst first, and the figures that say how shoppers are served. */
export async function getHome(ctx: Ctx, workspace: { id: string; slug: string }) {
  const now = ctx.now();
  const [fleet, jobs, catalog, lastTrained, clickThrough, failedChecks, eventLog, features, { rollouts }] =
    await Promise.all([
      getFleet(ctx, workspace),
      listJobs(ctx, workspace.id, { limit: 50 }),
      getCatalogSummary(ctx, workspace.id),
      ctx.db.modelVersion.findFirst({
        where: { workspaceId: workspace.id },
        orderBy: { createdAt: "desc" },
        select: { createdAt: true },
      }),
      getClickThrough(ctx, workspace.slug),
      listLatestFailures(ctx, workspace.id),
      findEventLogTrouble(ctx, workspace),
      findFeatureTrouble(ctx, workspace),
      listRollouts(ctx, workspace.id),
    ]);
  const rungs = computeRungShares(fleet);
  const alive = fleet.replicas.filter(({ state }) => state !== "lost");
  const lastTrainedAt = lastTrained?.createdAt ?? null;
  return {
    asOf: now,
    needs: computeNeeds({
      fleet,
      rungs,
      lastTrainedAt,
      failedChecks,
      eventLog,
      features,
      rollouts,
      now,
      lostJobs: jobs.filter((job) => job.isLost),
      failedJobs: listUnansweredFailures(jobs, now),
    }),
    kpis: {
      /** The slowest replica's: an average of percentiles means nothing. */
      latencyMsP99: maxOf(alive.map((replica) => replica.latencyMsP99)),
      latencyMsP50: maxOf(alive.map((replica) => replica.latencyMsP50)),
      requestsPerSecond: alive.reduce((sum, replica) => sum + replica.requestsPerSecond, 0),
      rungs,
      clickThrough,
      replicas: { serving: alive.filter(({ state }) => state === "serving").length, total: alive.length },
      lastTrainedAt,
    },
    release: fleet.wanted,
    catalog,
    runningJobs: jobs.filter((job) => job.state === "running" || job.state === "queued"),
  };
}

function maxOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}
