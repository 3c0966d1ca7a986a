import type { RolloutCandidate, RolloutPlan } from "@shortlist/contracts";
import type { AppContext } from "../../context";
import { compareWithCurrent, getRelease, planWithRanker } from "../releases/candidateService";
import { findRolloutRow } from "./repository";
import { computeSchedule } from "./schedule";
import { completePlan } from "./service";

type Ctx = Pick<AppContext, "db" | "artifacts" | "now">;

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
  return {
    stableNumber: current.number,
    changes: diff.changes,
    /** Nothing would be different: there is nothing to roll out. */
    isSame: isCurrent,
    plan,
    running: running === null ? null : { number: running.number, phase: running.state.phase },
    steps,
    endsAt: new Date(endMs),
  };
}
