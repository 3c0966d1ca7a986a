import { CsvButton } from "@/components/ui/CsvButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { formatCount, formatMs } from "@/lib/format";
import { type Funnel, latencyGrid, latencyVerdict, releaseMarks, timeOf } from "../presenters/latencyView";
import { TimeChart } from "./TimeChart";

/** Time by latency, the darker the more requests, with p50 and p99 as lines. */
export function LatencySection({ data }: { data: Funnel }) {
  const { spans, funnel } = data;
  const grid = latencyGrid(spans);
  const told = [...spans].reverse().filter(({ latency }) => latency.some((n) => n > 0));
  const countOf = (latency: readonly number[]) => latency.reduce((sum, n) => sum + n, 0);
  return (
    <Section
      title="Latency of requests, ms"
      verdict={latencyVerdict(funnel, spans)}
      actions={
        <CsvButton
          fileName="latency.csv"
          header={["at", "requests", "p50 ms", "p99 ms"]}
          rows={spans.map((s) => [s.at.toISOString(), countOf(s.latency), s.latencyMsP50, s.latencyMsP99])}
        />
      }
    >
      {grid !== null && (
        <>
          <TimeChart
            label={`Heat map of latency over time. ${latencyVerdict(funnel, spans)}`}
            rows={grid.rows.map(({ label }) => label)}
            spans={spans}
            marks={releaseMarks(data)}
          >
            {grid.cells.map(({ x, y, shade, n }) => (
              <rect
                key={`${x} ${y}`}
                x={x}
                y={y}
                width={1}
                height={1}
                fill="var(--accent)"
                fillOpacity={0.12 + 0.6 * shade}
              >
                <title>{`${formatCount(n)} requests`}</title>
              </rect>
            ))}
            <path
              d={grid.p50}
              className="fill-none stroke-ink"
              strokeWidth="1.5"
              vectorEffect="non-scaling-stroke"
            />
            <path
              d={grid.p99}
              className="fill-none stroke-series-2"
              strokeWidth="2"
              strokeDasharray="5 3"
              vectorEffect="non-scaling-stroke"
            />
          </TimeChart>
          <p aria-hidden="true" className="mt-2 flex gap-5 text-ink-2 text-xs">
            <span className="flex items-center gap-2">
              <span className="w-6 border-ink border-t-2" />
              p50
            </span>
            <span className="flex items-center gap-2">
              <span className="w-6 border-series-2 border-t-2 border-dashed" />
              p99
            </span>
          </p>
        </>
      )}
      <details className="mt-3">
        <summary className="cursor-pointer text-ink-2">As a table</summary>
        <ScrollRegion label="Latency over time">
          <table className="mt-2 whitespace-nowrap">
            <TableHead
              heads={["From", numberHead("Requests, n"), numberHead("p50"), numberHead("p99")]}
              gap="pr-8"
            />
            <tbody>
              {told.map(({ at, latency, latencyMsP50, latencyMsP99 }) => (
                <tr key={at.getTime()} className="border-line border-b">
                  <th scope="row" className="h-8 pr-8 text-left font-normal">
                    {timeOf(at)}
                  </th>
                  <td className="pr-8 text-right last:pr-0">{formatCount(countOf(latency))}</td>
                  <td className="pr-8 text-right last:pr-0">{formatMs(latencyMsP50)}</td>
                  <td className="pr-8 text-right last:pr-0">{formatMs(latencyMsP99)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </details>
    </Section>
  );
}
