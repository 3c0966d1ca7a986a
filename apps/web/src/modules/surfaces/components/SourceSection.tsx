import { CsvButton } from "@/components/ui/CsvButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDecimal, formatMs, formatShare } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { HEALTH, type SurfaceFunnel, words } from "../presenters/funnelView";

type Settings = ApiOutputs["surfaces"]["get"]["settings"];
const NUMBERS = [
  "Asked, n",
  "Late",
  "Error",
  "Empty",
  "Found per run",
  "Time per run",
  "Timeout",
  "Quota",
  "Of served",
  "Of clicked",
] as const;
const cell = "pr-5 text-right last:pr-0";

/** Every source: how it does, what it gives, and its share of what was shown and clicked. */
export function SourceSection({
  surface,
  funnel,
  settings,
}: {
  surface: string;
  funnel: SurfaceFunnel;
  settings: Settings;
}) {
  const rows = [...funnel.sources, ...funnel.others];
  const lateMax = funnel.sources.filter(({ health }) => health === "fail" || health === "warn");
  return (
    <Section
      title="Sources, health and share"
      verdict={`${lateMax.length === 0 ? "No source fails" : `${lateMax.map(({ name }) => words(name)).join(", ")} ${lateMax.length === 1 ? "fails" : "fail"} or ${lateMax.length === 1 ? "is" : "are"} late`}. Shares count an item for the source that ranked it highest: n = ${formatCount(funnel.items)} served, ${formatCount(funnel.clicked)} clicked, put into the cart or bought within an hour.`}
      actions={
        <CsvButton
          fileName={`${surface}-sources.csv`}
          header={[
            "source",
            "asked",
            "late",
            "error",
            "empty",
            "skipped",
            "found per run",
            "ms per run",
            "served leading",
            "served any",
            "clicked leading",
            "clicked any",
          ]}
          rows={rows.map((r) => [
            r.name,
            r.asked,
            r.late,
            r.error,
            r.empty,
            r.skipped,
            r.candidatesPerRun,
            r.msPerRun,
            r.servedLeading,
            r.served,
            r.clickedLeading,
            r.clicked,
          ])}
        />
      }
    >
      <ScrollRegion label="Sources">
        <table className="w-full whitespace-nowrap">
          <TableHead heads={["Source", "Health", ...NUMBERS.map(numberHead)]} gap="pr-5" />
          <tbody>
            {rows.map((row) => {
              const set = settings.sources.find(({ name }) => name === row.name);
              const isList = !funnel.sources.includes(row);
              const { tone, word } = HEALTH[row.health];
              return (
                <tr key={row.name} className="border-line border-b">
                  <th scope="row" className="h-8 pr-5 text-left font-medium">
                    {words(row.name)}
                  </th>
                  <td className="pr-5">
                    {isList ? (
                      <span className="text-ink-3">list or pin</span>
                    ) : set?.enabled !== true ? (
                      <span className="text-ink-3">off here</span>
                    ) : (
                      <StateWord tone={tone}>{word}</StateWord>
                    )}
                  </td>
                  <td className={cell}>{isList ? "–" : formatCount(row.asked)}</td>
                  <td className={cell}>{formatCount(row.late)}</td>
                  <td className={cell}>{formatCount(row.error)}</td>
                  <td className={cell}>{formatCount(row.empty)}</td>
                  <td className={cell}>{formatDecimal(row.candidatesPerRun, 1)}</td>
                  <td className={cell}>{formatMs(row.msPerRun)}</td>
                  <td className={cell}>{set?.enabled === true ? formatMs(set.timeoutMs) : "–"}</td>
                  <td className={cell}>{set?.enabled === true ? formatCount(set.quota) : "–"}</td>
                  <td className={cell} title={`${row.servedLeading} leading, ${row.served} at all`}>
                    {formatShare(row.servedShare)}
                  </td>
                  <td className={cell} title={`${row.clickedLeading} leading, ${row.clicked} at all`}>
                    {formatShare(row.clickedShare)}
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}
