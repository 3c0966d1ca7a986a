import { type RolloutCandidate, type RolloutPlan, SURFACES } from "@shortlist/contracts";
import { computeRecentTraffic } from "@shortlist/lake";
import type { AppContext } from "../../context";
import { compareWithCurrent, getRelease, planWithRanker } from "../releases/candidateService";
import { forecastSteps } from "./forecast";
import { findRolloutRow } from "./repository";
import { computeSchedule } from "./schedule";
import { completePlan } from "./service";

type Ctx = Pick<AppContext, "db" | "artifacts" | "now" | "lake" | "logger">;

/** A whole day has its quiet hours in it. */
const TRAFFIC_MS = 24 * 3_600_000;

/** What a plan would do, before anything is made. */
export async function previewRollout(
  ctx: Ctx,
  workspace: { id: string; slug: string },
  o: { candidate: RolloutCandidate; plan: RolloutPlan },
) {
  const candidate =
    o.candidate.kind === "release"
      ? await getRelease(ctx, workspace.id, o.candidate.number)
      : await planWithRanker(ctx, workspace.id, o.candidate);
  const { current, diff } = await compareWithCurrent(ctx, workspace.id, candidate);
  const running = await findRolloutRow(ctx.db, workspace.id, { runningIn: workspace.id });
  const isCurrent = current.releaseId === candidate.releaseId || diff.changes.length === 0;
  const plan = isCurrent ? o.plan : completePlan(o.plan, { diff, isCurrent });
  const { steps, endMs } = computeSchedule(plan, ctx.now().getTime());
  const traffic = await findRecentTraffic(ctx, workspace.slug, plan);
  const forecasts = traffic === null ? null : forecastSteps(plan, steps, traffic);
  return {
    stableNumber: current.number,
    changes: diff.changes,
    /** Nothing would be different: there is nothing to roll out. */
    isSame: isCurrent,
    plan,
    running: running === null ? null : { number: running.number, phase: running.state.phase },
    steps: steps.map((step, i) => ({ ...step, forecast: forecasts?.[i] ?? null })),
    endsAt: new Date(endMs),
    /** What forecasts rest on; null when nothing was archived lately, or the archive cannot be read. */
    traffic:
      traffic === null ? null : { hours: traffic.hours, shoppers: traffic.shoppers, slates: traffic.slates },
  };
}

async function findRecentTraffic(ctx: Ctx, workspace: string, plan: RolloutPlan) {
  const nowMs = ctx.now().getTime();
  const surfaces = plan.surfaces ?? SURFACES;
  try {
    return await computeRecentTraffic(await ctx.lake(), {
      workspace,
      surfaces,
      sinceMs: nowMs - TRAFFIC_MS,
      nowMs,
    });
  } catch (error) {
    ctx.logger.warn({ err: error, workspace }, "recent traffic cannot be read");
    return null;
  }
}
