import {
  FUNNEL_ALL,
  type FunnelCounts,
  LATENCY_BOUNDS_MS,
  type RolloutArm,
  readCount,
  rolloutCountsKey,
} from "@shortlist/contracts";
import { listFunnelCounts } from "@shortlist/platform";
import type { Redis } from "ioredis";
import * as z from "zod";
import { ArmCounts, addArmCounts, createArmCounts } from "./measurements";

/** Minutes older than this are complete: replicas flush every two seconds, and one that was cut off catches up. */
const SETTLED_MINUTES = 10;
/** Read at once when the controller was away; older ones are gone from Redis. */
const READ_MAX = 7 * 60;

/** Sums of minutes that are over, so that a step may last longer than Redis keeps minutes. */
export const CountedBase = z.object({
  fromMinute: z.number(),
  /** Minutes before this one are in `arms`. */
  untilMinute: z.number(),
  control: ArmCounts,
  candidate: ArmCounts,
});
export type CountedBase = z.infer<typeof CountedBase>;

export interface StepCounts {
  readonly fromMs: number;
  readonly arms: { readonly control: ArmCounts; readonly candidate: ArmCounts };
  readonly lastCandidateMinute: number | null;
  /** To be kept for the next time. */
  readonly base: CountedBase;
}

/** What happened to both arms since a time. */
export async function readCounts(
  redis: Redis,
  workspace: string,
  o: { rolloutId: string; sinceMs: number; nowMs: number; base: CountedBase | null },
): Promise<StepCounts> {
  const fromMinute = Math.floor(o.sinceMs / 60_000);
  const nowMinute = Math.floor(o.nowMs / 60_000);
  const held = o.base?.fromMinute === fromMinute ? o.base : createBase(fromMinute);
  const first = Math.max(held.untilMinute, nowMinute - READ_MAX);
  const minutes = Array.from({ length: Math.max(0, nowMinute - first + 1) }, (_, i) => first + i);
  const read = await listFunnelCounts(redis, workspace, { minutes, step: 1 });
  let { control, candidate } = held;
  let lastCandidateMinute: number | null = null;
  let base = held;
  minutes.forEach((minute, i) => {
    const counts = read[i]!;
    const ofCandidate = readArm(counts, o.rolloutId, "candidate");
    control = addArmCounts(control, readArm(counts, o.rolloutId, "control"));
    candidate = addArmCounts(candidate, ofCandidate);
    if (ofCandidate.requests > 0) lastCandidateMinute = minute;
    if (minute < nowMinute - SETTLED_MINUTES)
      base = { fromMinute, untilMinute: minute + 1, control, candidate };
  });
  return { fromMs: o.sinceMs, arms: { control, candidate }, lastCandidateMinute, base };
}

function createBase(fromMinute: number): CountedBase {
  const [control, candidate] = [createArmCounts(), createArmCounts()];
  return { fromMinute, untilMinute: fromMinute, control, candidate };
}

function readArm(counts: FunnelCounts, rolloutId: string, arm: RolloutArm): ArmCounts {
  const held = counts.get(rolloutCountsKey(rolloutId, arm));
  if (held === undefined) return createArmCounts();
  const health = (measure: "empty" | "failed" | "gateViolations" | "nonFinite") =>
    readCount(held, "health", { name: FUNNEL_ALL, measure });
  return {
    requests: readCount(held, "all", { name: FUNNEL_ALL, measure: "requests" }),
    failed: health("failed"),
    empty: health("empty"),
    gateViolations: health("gateViolations"),
    nonFinite: health("nonFinite"),
    fallback: [1, 2, 3, 4].reduce(
      (sum, rung) => sum + readCount(held, "rung", { name: String(rung), measure: "requests" }),
      0,
    ),
    latency: Array.from({ length: LATENCY_BOUNDS_MS.length + 1 }, (_, bucket) =>
      readCount(held, "latency", { name: String(bucket), measure: "requests" }),
    ),
  };
}
