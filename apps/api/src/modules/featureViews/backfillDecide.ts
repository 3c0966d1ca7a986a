import type { BackfillPlan, FeatureBackfillState, FeatureView } from "@shortlist/contracts";

const DAY_MS = 86_400_000;
/** Events of the last minutes before midnight may still be on their way to the lake. */
const NIGHTLY_AFTER_MS = 10 * 60_000;
/** A plan says what would change; after this long it is not what would happen any more. */
export const PLAN_VALID_MS = 6 * 60 * 60_000;
/** A batch whose rows Redis lost is computed again at most this often. */
const REPAIR_EVERY_MS = 60 * 60_000;

export function getMidnight(nowMs: number): number {
  return Math.floor(nowMs / DAY_MS) * DAY_MS;
}

/** Why a version cannot be backfilled to this end; null when it can. */
export function findBackfillProblem(
  version: { readonly view: FeatureView; readonly isRetired: boolean; readonly liveEndMs: number | null },
  o: { readonly batchEndMs: number; readonly nowMs: number },
): string | null {
  const ref = `${version.view.name}@${version.view.version}`;
  if (version.view.mode === "stream")
    return `${ref} has the mode stream, so it has no batch: publish a version with the mode both`;
  if (version.isRetired) return `${ref} is retired: restore it first`;
  if (o.batchEndMs % DAY_MS !== 0) return "A batch ends at midnight UTC: give a day such as 2026-11-20";
  if (o.batchEndMs > o.nowMs)
    return `A batch cannot end in the future: the latest is ${new Date(getMidnight(o.nowMs)).toISOString().slice(0, 10)}`;
  if (version.liveEndMs !== null && o.batchEndMs < version.liveEndMs)
    return `Readers use a batch until ${new Date(version.liveEndMs).toISOString().slice(0, 10)}: choose that day or a later one`;
  return null;
}

export interface StartState {
  readonly state: FeatureBackfillState;
  readonly plan: BackfillPlan | null;
  /** Generation readers use now. */
  readonly liveGeneration: string | null;
  /** Another backfill of the version whose job waits or runs. */
  readonly otherRunning: boolean;
}

/** Why a planned backfill may not be started; null when it may. */
export function findStartProblem(s: StartState, nowMs: number): string | null {
  if (s.state !== "planned" || s.plan === null)
    return {
      planning: "It is still being planned",
      planned: "It has no plan: plan it again",
      running: "It runs already",
      done: "It is done: plan another one",
      discarded: "It was discarded: plan another one",
    }[s.state];
  if (s.otherRunning) return "Another backfill of this version runs: wait for it, or cancel it";
  if ((s.plan.against?.generation ?? null) !== s.liveGeneration)
    return "Readers use another batch than when this was planned: plan it again";
  if (nowMs - s.plan.computedAtMs > PLAN_VALID_MS) return "The plan is older than six hours: plan it again";
  return null;
}

export interface ScheduleState {
  readonly mode: FeatureView["mode"];
  readonly isRetired: boolean;
  readonly liveEndMs: number | null;
  /** Redis says that it no longer has the rows of the generation that readers use. */
  readonly isLost: boolean;
  /** The newest backfill of the version that ends at last midnight, whoever asked for it. */
  readonly latest: { readonly state: FeatureBackfillState; readonly createdAtMs: number } | null;
}

/**
 * Whether a version is to be backfilled by itself now: once for every UTC day, so that a batch is never older than
 * one, and again when Redis lost the rows. A failed one is left to a person: it stands among the failed jobs.
 */
export function decideNightly(s: ScheduleState, nowMs: number): "due" | "not_due" {
  if (s.mode === "stream" || s.isRetired) return "not_due";
  const midnight = getMidnight(nowMs);
  if (nowMs < midnight + NIGHTLY_AFTER_MS && s.liveEndMs !== null) return "not_due";
  const isBehind = s.liveEndMs === null || s.liveEndMs < midnight;
  if (!isBehind && !s.isLost) return "not_due";
  if (s.latest === null || s.latest.state === "planned" || s.latest.state === "discarded") return "due";
  if (s.latest.state !== "done") return "not_due";
  return nowMs - s.latest.createdAtMs > REPAIR_EVERY_MS ? "due" : "not_due";
}
