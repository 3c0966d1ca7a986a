import { type HomeState, type Need, need } from "./need";

/** An end against the plan is news for a day. */
const ENDED_WINDOW_MS = 24 * 3_600_000;

export function needsOfRollouts({ rollouts, now }: HomeState): Need[] {
  return rollouts.flatMap(({ number, note, state, endedAt }) => {
    const href = `/rollouts/${number}`;
    const { hold, phase, approval, approvalAskedAtMs } = state;
    if (endedAt !== null) {
      const isNews = now.getTime() - endedAt.getTime() < ENDED_WINDOW_MS;
      if (!isNews || (phase !== "aborted" && phase !== "rolled_back")) return [];
      const title = `Rollout ${number} was ${phase === "aborted" ? "aborted" : "rolled back"}`;
      return [need("rollout_ended", "info", title, note, href, endedAt)];
    }
    if (hold !== null)
      return [
        need(
          "rollout_held",
          "warning",
          `Rollout ${number} is held by ${hold.by}`,
          hold.reason,
          href,
          new Date(hold.sinceMs),
        ),
      ];
    if (approvalAskedAtMs === null || approval !== null) return [];
    return [
      need(
        "rollout_waits",
        "warning",
        `Rollout ${number} waits for a second person`,
        note,
        "/approvals",
        new Date(approvalAskedAtMs),
      ),
    ];
  });
}
