import type { Fleet } from "../../serving/service";
import { type HomeState, type Need, need, type RungShares } from "./need";

/** More than one request in a hundred served from a list instead of a model is worth a look. */
const DEGRADED_SHARE_MAX = 0.01;
/** Below this a share says nothing yet. */
const REQUESTS_MIN = 100;

export function computeRungShares(fleet: Fleet): RungShares {
  const counts = [0, 0, 0, 0, 0];
  for (const replica of fleet.replicas) {
    if (replica.state === "lost") continue;
    replica.rungCounts.forEach((count, rung) => {
      counts[rung] = (counts[rung] ?? 0) + count;
    });
  }
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const degraded = (counts[2] ?? 0) + (counts[3] ?? 0) + (counts[4] ?? 0);
  return { requests, counts, degradedShare: requests === 0 ? null : degraded / requests };
}

/** What shoppers were given that they should not have been. */
export function needsOfAnswers({ fleet, rungs, now }: HomeState): Need[] {
  const needs: Need[] = [];
  const violations = fleet.replicas.reduce((sum, replica) => sum + replica.gateViolations, 0);
  if (violations > 0)
    needs.push(
      need(
        "gate_violations",
        "critical",
        `${violations} ineligible items reached a slate`,
        "The final eligibility gate must read 0.",
        "/serving",
        now,
      ),
    );
  if (
    rungs.degradedShare !== null &&
    rungs.requests >= REQUESTS_MIN &&
    rungs.degradedShare > DEGRADED_SHARE_MAX
  )
    needs.push(
      need(
        "degraded",
        "warning",
        `${(100 * rungs.degradedShare).toFixed(1)} % of slates are fallbacks`,
        `Rung 2 or worse, of ${rungs.requests} requests since the replicas started; up to ${100 * DEGRADED_SHARE_MAX} % is expected.`,
        "/explain",
        now,
      ),
    );
  const dropped = fleet.replicas.reduce((sum, replica) => sum + replica.droppedSlateLogs, 0);
  if (dropped > 0)
    needs.push(
      need(
        "slate_logs_dropped",
        "info",
        `${dropped} slate logs were dropped`,
        "These requests cannot be explained.",
        "/serving",
        now,
      ),
    );
  return needs;
}
