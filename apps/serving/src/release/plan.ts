import type { ControlDocument, ReplicaStatus } from "@shortlist/contracts";

export type ReleaseState = ReplicaStatus["releases"][number];

/** What the supervisor knows, by workspace. */
export interface ControlState {
  /** What the control plane wants, newest revision seen. */
  readonly wanted: ReadonlyMap<string, ControlDocument>;
  /** The document last served with a release. */
  readonly good: ReadonlyMap<string, ControlDocument>;
  /** Refused releases of this process's life: `workspace/releaseId` → reason. */
  readonly refused: ReadonlyMap<string, string>;
}

export function refusalKey(workspace: string, releaseId: string): string {
  return `${workspace}/${releaseId}`;
}

/**
 * The documents to serve: those wanted, but with the last good release where the wanted one was refused. Keys are
 * always the newest: revoking one must not wait for a release.
 */
export function decidePlan(state: ControlState): ControlDocument[] {
  const isRefused = (document: ControlDocument | undefined) =>
    document?.release != null &&
    state.refused.has(refusalKey(document.workspace, document.release.releaseId));
  return [...state.wanted.values()].map((document) => {
    if (!isRefused(document)) return document;
    const good = state.good.get(document.workspace);
    return { ...document, release: isRefused(good) ? null : (good?.release ?? null) };
  });
}

/** `release` needs new processes, `keys` is applied in place. */
export function decideChange(
  serving: readonly ControlDocument[],
  plan: readonly ControlDocument[],
): "none" | "keys" | "release" {
  const releases = (documents: readonly ControlDocument[]) =>
    documents
      .map((document) => `${document.workspace}/${document.release?.releaseId ?? "-"}`)
      .filter((entry) => !entry.endsWith("/-"))
      .sort()
      .join();
  if (releases(serving) !== releases(plan)) return "release";
  const revisions = (documents: readonly ControlDocument[]) =>
    documents
      .map((document) => `${document.workspace}/${document.revision}`)
      .sort()
      .join();
  return revisions(serving) === revisions(plan) ? "none" : "keys";
}

/** Whether processes that stand by have exactly the releases that the plan asks for. */
export function canResume(standby: readonly ControlDocument[], plan: readonly ControlDocument[]): boolean {
  return standby.length > 0 && decideChange(standby, plan) !== "release";
}

/** What stands by, for the fleet view: releases that are served already are no news. */
export function listStandby(
  standby: readonly ControlDocument[],
  serving: readonly ControlDocument[],
): ReleaseState[] {
  return listNew(standby, serving).map((release) => ({ ...release, ...NOT_LOADED, state: "standby" }));
}

/** Takes in documents from Redis; an older revision never undoes a newer one. @returns those that are new */
export function acceptDocuments(
  wanted: Map<string, ControlDocument>,
  documents: readonly ControlDocument[],
): ControlDocument[] {
  const fresh = documents.filter((document) => {
    const held = wanted.get(document.workspace);
    return held === undefined || document.revision > held.revision;
  });
  for (const document of fresh) wanted.set(document.workspace, document);
  return fresh;
}

/** States of releases that are not served, for the fleet view. */
export function listRefusals(state: ControlState): ReleaseState[] {
  const states: ReleaseState[] = [];
  for (const document of state.wanted.values()) {
    if (document.release === null) continue;
    const { releaseId } = document.release;
    const reason = state.refused.get(refusalKey(document.workspace, releaseId));
    if (reason === undefined) continue;
    states.push({
      workspace: document.workspace,
      releaseId,
      state: "refused",
      reason,
      loadMs: null,
      nItems: null,
    });
  }
  return states;
}

/** What a plan brings that is not served yet, for the fleet view. */
export function listLoading(
  plan: readonly ControlDocument[],
  serving: readonly ControlDocument[],
): ReleaseState[] {
  return listNew(plan, serving).map((release) => ({ ...release, ...NOT_LOADED, state: "loading" }));
}

/**
 * Keys and reasons of the releases to refuse after a start failed: those the replica named or, when it died without
 * a word (`outcome` says how), all that the plan brought.
 */
export function nameRefusals(
  plan: readonly ControlDocument[],
  serving: readonly ControlDocument[],
  outcome: readonly ReleaseState[] | string,
): [key: string, reason: string][] {
  if (typeof outcome !== "string")
    return outcome
      .filter((release) => release.state === "refused")
      .map((release) => [refusalKey(release.workspace, release.releaseId), release.reason ?? ""]);
  return listNew(plan, serving).map(({ workspace, releaseId }) => [
    refusalKey(workspace, releaseId),
    `process_died: ${outcome}`,
  ]);
}

const NOT_LOADED = { reason: null, loadMs: null, nItems: null } as const;

function listNew(plan: readonly ControlDocument[], serving: readonly ControlDocument[]) {
  const held = new Set(serving.map((d) => refusalKey(d.workspace, d.release?.releaseId ?? "")));
  return plan
    .filter((d): d is ControlDocument & { release: object } => d.release !== null)
    .map((d) => ({ workspace: d.workspace, releaseId: d.release.releaseId }))
    .filter((d) => !held.has(refusalKey(d.workspace, d.releaseId)));
}
