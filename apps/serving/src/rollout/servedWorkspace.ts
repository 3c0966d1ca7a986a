import type { RolloutArm, RolloutTraffic, SlateRollout } from "@shortlist/contracts";
import { pickRolloutArm } from "@shortlist/ml";
import type { PlannedDocument } from "../release/plan";
import type { WorkspaceRuntime } from "../workspaces";

/**
 * Which releases of a workspace answer whom at this moment. Replaced whole by every control document, so that a request
 * sees one of them from its beginning to its end.
 */
export interface ServedWorkspace {
  /** The release that is served. */
  readonly stable: WorkspaceRuntime;
  readonly rollout: ServedRollout | null;
}

export interface ServedRollout {
  readonly traffic: RolloutTraffic;
  /** Null when this process does not hold it: it is being loaded by others, or was refused. */
  readonly candidate: WorkspaceRuntime | null;
  /** What the slate log says of each arm. */
  readonly logged: Readonly<Record<RolloutArm, SlateRollout>>;
}

/**
 * What a document makes of the releases that a process holds. A release it does not hold leaves the one before in place;
 * null when there is nothing to serve.
 */
export function decideServedWorkspace(
  document: Pick<PlannedDocument, "release" | "rollout" | "isCandidateRefused">,
  held: ReadonlyMap<string, WorkspaceRuntime>,
  before: ServedWorkspace | null,
): ServedWorkspace | null {
  const { release, rollout, isCandidateRefused } = document;
  if (release === null) return null;
  const stable = held.get(release.releaseId) ?? before?.stable;
  if (stable === undefined) return null;
  if (rollout === undefined) return { stable, rollout: null };
  const { rolloutId } = rollout;
  return {
    stable,
    rollout: {
      traffic: rollout,
      // One may be refused after it was loaded.
      candidate: isCandidateRefused === true ? null : (held.get(rollout.candidate.releaseId) ?? null),
      logged: {
        candidate: { rolloutId, arm: "candidate" },
        control: { rolloutId, arm: "control" },
        rest: { rolloutId, arm: "rest" },
      },
    },
  };
}

/** Without a candidate there is nothing to compare, and everybody is of the rest. */
export function pickArm({ traffic, candidate }: ServedRollout, shoppers: readonly string[]): RolloutArm {
  return candidate === null ? "rest" : pickRolloutArm(traffic, shoppers[0] ?? null);
}

/** Whether any release that answers shoppers has the item. */
export function isKnownItem({ stable, rollout }: ServedWorkspace, itemId: string): boolean {
  const candidate = rollout?.candidate ?? null;
  return (
    stable.loaded.items.find(itemId) >= 0 || (candidate !== null && candidate.loaded.items.find(itemId) >= 0)
  );
}

/** The release that made an answer while it is held, else the served one. */
export function findRuntimeOf({ stable, rollout }: ServedWorkspace, releaseId: string): WorkspaceRuntime {
  const candidate = rollout?.candidate ?? null;
  return candidate?.loaded.release.releaseId === releaseId ? candidate : stable;
}
