import type { ReplicaStatus } from "@shortlist/contracts";
import type { LoadedRelease } from "./loadedRelease";

/** What each ranker of a release runs on, for the heartbeat. */
export function listExecution(
  workspace: string,
  { rankers }: Pick<LoadedRelease, "rankers">,
): NonNullable<ReplicaStatus["execution"]> {
  return [...rankers.values()].flatMap(({ ref, execution }) =>
    execution === undefined
      ? []
      : [{ workspace, ranker: ref, provider: execution.provider, passedOver: [...execution.passedOver] }],
  );
}
