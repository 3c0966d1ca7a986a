import type { ImportSummary } from "@shortlist/contracts";

/** The summary as a person reads it after an import. */
export function formatImport(s: ImportSummary): string {
  const n = (value: number) => value.toLocaleString("en", { maximumFractionDigits: 2 });
  const list = (counts: Readonly<Record<string, number>>) => {
    const entries = Object.entries(counts).sort((a, b) => b[1] - a[1]);
    const width = Math.max(0, ...entries.map(([name]) => name.length));
    return entries.map(([name, value]) => `    ${name.padEnd(width)}  ${n(value).padStart(14)}`);
  };
  const span = s.firstAt === null ? [] : [`  from ${s.firstAt} to ${s.lastAt}`];
  return [
    `${s.fileName} (${s.mappingName}): ${n(s.rowsRead)} rows read in ${s.seconds.toFixed(1)} s`,
    ...span,
    `  imported   ${n(s.rowsImported)}`,
    `  set aside  ${n(s.rowsSetAside)}${s.rowsSetAside === 0 ? "" : ", by first reason:"}`,
    ...list(s.setAsideByReason),
    ...(Object.keys(s.problemsByReason).length === 0
      ? []
      : ["  every reason that applied (a row can count under several):", ...list(s.problemsByReason)]),
    ...(Object.keys(s.totals).length === 0 ? [] : ["  totals over all rows read:", ...list(s.totals)]),
  ].join("\n");
}
