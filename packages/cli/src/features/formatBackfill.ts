import type { BackfillPlan } from "@shortlist/contracts";

/** The plan as lines for a terminal: what it reads and writes, what changes for readers, who they are. */
export function formatBackfillPlan(o: { ref: string; batchEnd: string; plan: BackfillPlan }): string {
  const { plan } = o;
  const n = (value: number) => value.toLocaleString("en");
  const sampled = plan.nSampled === plan.nRows ? "all rows" : `a sample of ${n(plan.nSampled)} rows`;
  const changed = plan.outputs.filter(({ nChanged }) => nChanged > 0);
  const mean = (value: number | null) => (value === null ? "none" : value.toPrecision(4));
  return [
    `${o.ref}, batch until ${o.batchEnd.slice(0, 10)} 00:00 UTC`,
    `  reads   ${n(plan.nEvents)} events`,
    `  writes  ${n(plan.nRows)} rows, about ${(plan.bytes / 1024 / 1024).toFixed(1)} MB, in about ${Math.ceil(plan.seconds)} s`,
    `  changes of ${sampled}: ${n(plan.rows.new)} new, ${n(plan.rows.changed)} changed, ${n(plan.rows.unchanged)} unchanged for readers`,
    ...changed.map(
      ({ name, nChanged, meanBefore, meanAfter }) =>
        `    ${name}: ${n(nChanged)} rows, mean ${mean(meanBefore)} → ${mean(meanAfter)}`,
    ),
    ...plan.consumers.map(
      ({ ref, releases, isServing }) =>
        `  read by ${ref}${releases.length === 0 ? "" : ` of release ${releases.join(", ")}`}${isServing ? ", serving now" : ""}`,
    ),
    ...(plan.consumers.length === 0 ? ["  read by no model"] : []),
  ].join("\n");
}
