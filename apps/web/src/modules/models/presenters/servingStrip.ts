import type { ApiOutputs } from "../../../lib/trpc/client";

export type ServingPeriod = ApiOutputs["models"]["get"]["servingHistory"][number];

export interface StripSegment {
  readonly version: number;
  readonly releaseNumber: number;
  readonly from: Date;
  readonly to: Date | null;
  readonly actor: string;
  readonly action: string;
  readonly reason: string;
  /** Place on the strip, 0…1. */
  readonly start: number;
  readonly width: number;
}

/** A period this short would vanish; it keeps a visible sliver. */
const MIN_WIDTH = 0.012;

/** Serving periods on one time axis from the first activation until now, oldest first. */
export function servingStrip(periods: readonly ServingPeriod[], now: Date): StripSegment[] {
  const sorted = [...periods].sort((a, b) => a.from.getTime() - b.from.getTime());
  const first = sorted[0];
  if (first === undefined) return [];
  const begin = first.from.getTime();
  const span = Math.max(1, now.getTime() - begin);
  return sorted.map((period) => {
    const end = period.to?.getTime() ?? now.getTime();
    const start = (period.from.getTime() - begin) / span;
    return {
      version: period.version,
      releaseNumber: period.releaseNumber,
      from: period.from,
      to: period.to,
      actor: period.actor,
      action: period.action,
      reason: period.reason,
      start,
      width: Math.max(MIN_WIDTH, (end - period.from.getTime()) / span),
    };
  });
}
