import { CsvButton } from "@/components/ui/CsvButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { cn } from "@/lib/cn";
import { formatCount, formatShare } from "@/lib/format";
import { RUNG_CLASSES, rungLabel } from "@/lib/rungs";
import { type Funnel, releaseMarks, rungVerdict, timeOf } from "../presenters/latencyView";
import { TimeChart } from "./TimeChart";

/** Fill of each rung, as its legend has it. */
const FILLS = ["fill-accent", "fill-accent/60", "fill-warn/80", "fill-warn/50", "fill-ink-3"] as const;
const RUNGS = RUNG_CLASSES.map((className, rung) => ({ rung, className, label: rungLabel(rung) }));

/** Share of answers by rung of the ladder over time; a span without requests is a gap. */
export function RungSection({ data }: { data: Funnel }) {
  const { spans, funnel } = data;
  const told = spans.map((span) => ({ ...span, n: span.rungs.reduce((sum, n) => sum + n, 0) }));
  return (
    <Section
      title="Rungs, share of answers"
      verdict={rungVerdict(funnel)}
      actions={
        <CsvButton
          fileName="rungs.csv"
          header={["at", ...RUNGS.map(({ label }) => label)]}
          rows={spans.map((s) => [s.at.toISOString(), ...s.rungs])}
        />
      }
    >
      <TimeChart
        label={`Share of answers by rung over time. ${rungVerdict(funnel)}`}
        rows={["100 %", "50 %", "0 %"]}
        spans={spans}
        marks={releaseMarks(data)}
      >
        {told.flatMap(({ at, rungs, n }, x) => {
          let below = 0;
          return rungs.flatMap((count, rung) => {
            if (count === 0) return [];
            const height = (3 * count) / n;
            below += height;
            return [
              <rect
                key={`${at.getTime()} ${RUNGS[rung]!.label}`}
                x={x}
                y={3 - below}
                width={1}
                height={height}
                className={FILLS[rung]}
              >
                <title>{`${RUNGS[rung]!.label} ${formatShare(count / n)}`}</title>
              </rect>,
            ];
          });
        })}
      </TimeChart>
      <p aria-hidden="true" className="mt-2 flex flex-wrap gap-x-5 gap-y-1 text-ink-2 text-xs">
        {RUNGS.map(({ label, className }) => (
          <span key={label} className="flex items-center gap-2">
            <span className={cn("inline-block size-2.5 rounded-sm", className)} />
            {label}
          </span>
        ))}
      </p>
      <details className="mt-3">
        <summary className="cursor-pointer text-ink-2">As a table</summary>
        <ScrollRegion label="Rungs over time">
          <table className="mt-2 whitespace-nowrap">
            <TableHead
              heads={["From", ...["Requests, n", ...RUNGS.map(({ label }) => label)].map(numberHead)]}
              gap="pr-8"
            />
            <tbody>
              {told
                .filter(({ n }) => n > 0)
                .reverse()
                .map(({ at, n, rungs }) => (
                  <tr key={at.getTime()} className="border-line border-b">
                    <th scope="row" className="h-8 pr-8 text-left font-normal">
                      {timeOf(at)}
                    </th>
                    <td className="pr-8 text-right last:pr-0">{formatCount(n)}</td>
                    {RUNGS.map(({ rung, label }) => (
                      <td key={label} className="pr-8 text-right last:pr-0">
                        {formatShare((rungs[rung] ?? 0) / n)}
                      </td>
                    ))}
                  </tr>
                ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </Section>
  );
}
