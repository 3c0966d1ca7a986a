import { type HomeState, type Need, need } from "./need";

/** Whether anybody answers shoppers, and with what. */
export function needsOfFleet({ fleet, now }: HomeState): Need[] {
  if (fleet.readAt === null)
    return [
      need(
        "heartbeats_unreadable",
        "critical",
        "Redis does not answer",
        "Heartbeats cannot be read, so the state of serving is unknown.",
        "/serving",
        now,
      ),
    ];
  const needs: Need[] = [];
  if (fleet.wanted === null)
    needs.push(
      need(
        "no_release",
        "critical",
        "No release to serve",
        "Train models to publish the first release.",
        "/models",
        null,
      ),
    );
  const alive = fleet.replicas.filter(({ state }) => state !== "lost");
  if (alive.length === 0)
    needs.push(
      need(
        "no_replicas",
        "critical",
        "No serving replica is alive",
        "Nobody answers shoppers. Start serving, or look at its log.",
        "/serving",
        now,
      ),
    );
  for (const replica of fleet.replicas) {
    if (replica.state === "refused")
      needs.push(
        need(
          "replica_refused",
          "critical",
          `${replica.replicaId} refused release ${fleet.wanted?.number ?? ""}`.trim(),
          replica.reason ?? "No reason was given.",
          "/serving",
          replica.heartbeatAt,
        ),
      );
    // With nobody left this is already said above.
    if (replica.state === "lost" && alive.length > 0)
      needs.push(
        need(
          "replica_lost",
          "warning",
          `${replica.replicaId} is lost`,
          replica.reason ?? "",
          "/serving",
          replica.heartbeatAt,
        ),
      );
  }
  return needs;
}
