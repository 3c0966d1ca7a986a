import type { SlateRollout } from "@shortlist/contracts";
import { isFailed } from "../counters/countSlate";
import type { Slate } from "../funnel/types";
import type { HttpContext } from "./context";

/** Hands the record to the slate log and counts what happened (invariant 7). */
export function logSlate(
  context: HttpContext,
  slate: Slate,
  o: { readonly latencyMs: number; readonly rollout: SlateRollout | null },
): void {
  const { metrics } = context;
  const { record, counts } = slate;
  const { latencyMs } = o;
  if (o.rollout !== null) {
    record.rollout = o.rollout;
    observeArm(metrics, slate, latencyMs);
  }
  context.slates.push(record, o.rollout === null ? slate.written?.record : undefined);
  const rung = String(record.rung);
  metrics.latency.observe({ surface: record.surface, rung }, latencyMs / 1000);
  metrics.rungs.inc({ surface: record.surface, rung });
  for (const stage of record.stages) metrics.stages.observe({ stage: stage.name }, stage.ms / 1000);
  for (const source of record.sources) metrics.sources.inc({ source: source.name, status: source.status });
  for (const [reason, count] of Object.entries(counts.gateRemoved))
    metrics.gateRemoved.inc({ reason }, count);
  if (counts.gateViolations > 0) metrics.gateViolations.inc(counts.gateViolations);
  if (counts.nonFiniteScores > 0) metrics.nonFiniteScores.inc(counts.nonFiniteScores);
  context.funnelCounter.observe(record.workspace, slate, latencyMs);
  context.stats.observe(latencyMs, record.rung, counts.gateViolations);
}

function observeArm(metrics: HttpContext["metrics"], { record, counts }: Slate, latencyMs: number): void {
  const { arm } = record.rollout!;
  const isEmpty = record.items.length === 0;
  const outcome = isFailed(record.degradationReasons) ? "failed" : isEmpty ? "empty" : "ok";
  metrics.armSlates.inc({ arm, outcome });
  metrics.armLatency.observe({ arm }, latencyMs / 1000);
  if (counts.nonFiniteScores > 0) metrics.armNonFinite.inc({ arm }, counts.nonFiniteScores);
}
