import type { ControlDocument, ReplicaStatus } from "@shortlist/contracts";

// What this machine is to hold and to serve: pure decisions. Starting processes and telling them is the supervisor's.

export type ReleaseState = ReplicaStatus["releases"][number];
export type ReleaseRef = NonNullable<ControlDocument["release"]>;

/** What the supervisor knows, by workspace. */
export interface ControlState {
  /** What the control plane wants, newest revision seen. */
  readonly wanted: ReadonlyMap<string, ControlDocument>;
  /** The document last served with a release. */
  readonly good: ReadonlyMap<string, ControlDocument>;
  /** Refused releases of this process's life: `workspace/releaseId` → reason. */
  readonly refused: ReadonlyMap<string, string>;
}

/** A control document as this machine can carry it out. */
export type PlannedDocument = ControlDocument & {
  /** The rollout goes on without its candidate here: its shoppers get the served release. */
  readonly isCandidateRefused?: boolean;
};

/** A release that processes must hold. */
export interface NeededRelease {
  readonly workspace: string;
  readonly release: ReleaseRef;
  /** The rollout that it is the candidate of; null when it is to be served. */
  readonly rolloutId: string | null;
}

export function releaseKey(workspace: string, releaseId: string): string {
  return `${workspace}/${releaseId}`;
}

/** Releases that processes need for the documents, those that are served first: a candidate comes after them. */
export function listNeeded(documents: readonly PlannedDocument[]): NeededRelease[] {
  const served: NeededRelease[] = [];
  const candidates: NeededRelease[] = [];
  for (const { workspace, release, rollout, isCandidateRefused } of documents) {
    if (release === null) continue;
    served.push({ workspace, release, rolloutId: null });
    if (rollout === undefined || isCandidateRefused === true) continue;
    if (rollout.candidate.releaseId === release.releaseId) continue;
    candidates.push({ workspace, release: rollout.candidate, rolloutId: rollout.rolloutId });
  }
  return [...served, ...candidates];
}

export function keysOf(needed: readonly NeededRelease[]): Set<string> {
  return new Set(needed.map(({ workspace, release }) => releaseKey(workspace, release.releaseId)));
}

/**
 * The documents to serve: those wanted, but with the last good release where the wanted one was refused, and without a
 * candidate that was. Keys are always the newest: revoking one must not wait for a release.
 */
export function decidePlan(state: ControlState): PlannedDocument[] {
  const isRefused = (workspace: string, release: ReleaseRef | null | undefined) =>
    release != null && state.refused.has(releaseKey(workspace, release.releaseId));
  return [...state.wanted.values()].map((document) => {
    const { workspace, rollout } = document;
    const plan = isRefused(workspace, rollout?.candidate)
      ? { ...document, isCandidateRefused: true }
      : document;
    if (!isRefused(workspace, document.release)) return plan;
    const good = state.good.get(workspace);
    return { ...plan, release: isRefused(workspace, good?.release) ? null : (good?.release ?? null) };
  });
}

/** Whether processes that hold these releases can carry out the plan as they are. */
export function canCarryOut(held: ReadonlySet<string>, plan: readonly PlannedDocument[]): boolean {
  return [...keysOf(listNeeded(plan))].every((key) => held.has(key));
}

/** Whether processes hold releases that the plan has no use for. */
export function holdsMore(held: ReadonlySet<string>, plan: readonly PlannedDocument[]): boolean {
  const needed = keysOf(listNeeded(plan));
  return [...held].some((key) => !needed.has(key));
}

/** What every one of several processes holds. */
export function intersect(sets: readonly ReadonlySet<string>[]): Set<string> {
  const [first = new Set<string>(), ...others] = sets;
  return new Set([...first].filter((key) => others.every((set) => set.has(key))));
}

/**
 * What processes that hold `held` make of a plan at once: a release they do not hold yet leaves them with the one served
 * before, while everything else of the document is in force.
 */
export function decideServed(
  o: { readonly held: ReadonlySet<string>; readonly serving: readonly PlannedDocument[] },
  plan: readonly PlannedDocument[],
): PlannedDocument[] {
  return plan.map((document) => {
    const { workspace, release } = document;
    if (release === null || o.held.has(releaseKey(workspace, release.releaseId))) return document;
    const before = o.serving.find((served) => served.workspace === workspace);
    return { ...document, release: before?.release ?? null };
  });
}

/** What stands by, for the fleet view: releases that are served already are no news. */
export function listStandby(standby: ReadonlySet<string>, held: ReadonlySet<string>): ReleaseState[] {
  return [...standby]
    .filter((key) => !held.has(key))
    .map((key) => {
      const [workspace, releaseId] = key.split("/") as [string, string];
      return { workspace, releaseId, ...NOT_LOADED, state: "standby" };
    });
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

/** States of releases that are wanted and refused, for the fleet view. */
export function listRefusals(state: ControlState): ReleaseState[] {
  return listNeeded([...state.wanted.values()]).flatMap((needed) => {
    const reason = state.refused.get(releaseKey(needed.workspace, needed.release.releaseId));
    return reason === undefined ? [] : [{ ...stateOf(needed), state: "refused" as const, reason }];
  });
}

/** What a plan brings that is not held yet, for the fleet view. */
export function listLoading(plan: readonly PlannedDocument[], held: ReadonlySet<string>): ReleaseState[] {
  return listNew(plan, held).map((needed) => ({ ...stateOf(needed), state: "loading" }));
}

/**
 * Keys and reasons of the releases to refuse after a start failed: those the replica named or, when it died without
 * a word (`outcome` says how), what the plan brought. Candidates are suspected before what is to be served: without them
 * it may start.
 */
export function nameRefusals(
  plan: readonly PlannedDocument[],
  held: ReadonlySet<string>,
  outcome: readonly ReleaseState[] | string,
): [key: string, reason: string][] {
  if (typeof outcome !== "string")
    return outcome
      .filter((release) => release.state === "refused")
      .map((release) => [releaseKey(release.workspace, release.releaseId), release.reason ?? ""]);
  const brought = listNew(plan, held);
  const candidates = brought.filter(({ rolloutId }) => rolloutId !== null);
  return (candidates.length > 0 ? candidates : brought).map(({ workspace, release }) => [
    releaseKey(workspace, release.releaseId),
    `process_died: ${outcome}`,
  ]);
}

/** Processes that die one after another within a minute of their start: one or two may be bad luck. */
const DEATHS_MAX = 4;

/**
 * Keys and reasons of candidates to refuse because processes that hold them keep dying. Whatever the cause, without a
 * candidate there is one suspect less, and shoppers lose nothing.
 */
export function blameCandidates(plan: readonly PlannedDocument[], deathsInARow: number): [string, string][] {
  if (deathsInARow < DEATHS_MAX) return [];
  return listNeeded(plan)
    .filter(({ rolloutId }) => rolloutId !== null)
    .map(({ workspace, release }) => [
      releaseKey(workspace, release.releaseId),
      `process_died: ${deathsInARow} processes in a row while they held it`,
    ]);
}

const NOT_LOADED = { reason: null, loadMs: null, nItems: null } as const;

function stateOf({ workspace, release, rolloutId }: NeededRelease): Omit<ReleaseState, "state"> {
  const { releaseId } = release;
  return { workspace, releaseId, ...NOT_LOADED, ...(rolloutId === null ? {} : { rolloutId }) };
}

function listNew(plan: readonly PlannedDocument[], held: ReadonlySet<string>): NeededRelease[] {
  return listNeeded(plan).filter(
    ({ workspace, release }) => !held.has(releaseKey(workspace, release.releaseId)),
  );
}
