import type { RerankPolicy } from "@shortlist/contracts";
import { computeDeviation } from "./scoreSpread";
import type { Scratch } from "./scratch";

/** score += weight · 2^(−age / halfLifeDays) · σ of the request's scores, so that it means the same under every model. */
export function boostFresh(
  scratch: Scratch,
  count: number,
  { freshness, ageDays }: { freshness: NonNullable<RerankPolicy["freshness"]>; ageDays: Float32Array },
): void {
  const unit = freshness.weight * computeDeviation(scratch.scores, count);
  for (let c = 0; c < count; c++)
    scratch.scores[c]! += unit * 2 ** (-ageDays[scratch.items[c]!]! / freshness.halfLifeDays);
}
