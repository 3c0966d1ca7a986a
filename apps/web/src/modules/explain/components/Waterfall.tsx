import { CsvButton } from "@/components/ui/CsvButton";
import { Section } from "@/components/ui/Section";
import { formatCount, formatMs } from "@/lib/format";
import { type Explained, unaccountedMs, waterfall } from "../presenters/explainView";

/** Where the time went, stage by stage, with how many items went in and came out. */
export function Waterfall({ record }: { record: Explained }) {
  const rows = waterfall(record);
  const slowest = rows.reduce<(typeof rows)[number] | null>(
    (max, row) => (max === null || row.ms > max.ms ? row : max),
    null,
  );
  const rest = unaccountedMs(record);
  return (
    <Section
      title="Stages, milliseconds"
      verdict={
        slowest === null
          ? "No stage was logged."
          : `${slowest.name.replaceAll("_", " ")} took longest: ${formatMs(slowest.ms)} of ${formatMs(record.latencyMs)}.`
      }
      actions={
        <CsvButton
          fileName={`${record.requestId}-stages.csv`}
          header={["stage", "ms", "in", "out"]}
          rows={rows.map((row) => [row.name, row.ms, row.in, row.out])}
        />
      }
    >
      <table className="w-full table-fixed">
        <caption className="sr-only">Stages of the request in order</caption>
        <thead>
          <tr className="border-line border-b text-ink-3 text-xs">
            <th scope="col" className="h-8 w-28 text-left font-medium">
              Stage
            </th>
            <th scope="col" className="text-left font-medium">
              <span className="sr-only">Bar</span>
            </th>
            <th scope="col" className="w-20 text-right font-medium">
              Time
            </th>
            <th scope="col" className="w-28 text-right font-medium">
              Items in → out
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, i) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a stage can run twice, and the order is fixed
            <tr key={`${i} ${row.name}`} className="border-line border-b">
              <th scope="row" className="h-8 truncate text-left font-normal">
                {row.name.replaceAll("_", " ")}
              </th>
              <td>
                <span aria-hidden="true" className="block h-2.5">
                  <span
                    className="block h-full min-w-0.5 rounded-sm bg-accent"
                    style={{ marginLeft: `${row.start * 100}%`, width: `${row.share * 100}%` }}
                  />
                </span>
              </td>
              <td className="text-right">{formatMs(row.ms)}</td>
              <td className="text-right text-ink-2">
                {formatCount(row.in)} → {formatCount(row.out)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {rest !== null && <p className="mt-2 text-ink-3">{formatMs(rest)} outside of any stage.</p>}
    </Section>
  );
}
