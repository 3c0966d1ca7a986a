import type { Evaluation } from "@shortlist/contracts";
import { Empty } from "@/components/async/States";
import { Bar } from "@/components/charts/Bar";
import { CsvButton } from "@/components/ui/CsvButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDay, formatDecimal, formatShare } from "@/lib/format";
import { headlineMetric, metricLabel, metricRows, sliceRows } from "../presenters/evaluation";

const NAMES: Readonly<Record<string, string>> = { popularity: "popularity", random: "random" };

/** The version beside popularity and random, all on the same held-out window and the same shoppers. */
export function EvaluationSection({
  evaluation,
  fileName,
}: {
  evaluation: Evaluation | null;
  fileName: string;
}) {
  if (evaluation === null)
    return (
      <Section title="Evaluation">
        <Empty title="Not evaluated" command="npx shortlist train --wait">
          Versions that a training run makes are evaluated on the held-out end of the log.
        </Empty>
      </Section>
    );
  const rows = metricRows(evaluation);
  return (
    <Section
      title="Offline metrics beside baselines, higher is better"
      verdict={`Trained on ${formatDay(evaluation.trainFrom)} – ${formatDay(evaluation.splitAt)}, measured on ${formatDay(evaluation.splitAt)} – ${formatDay(evaluation.testTo)}; ${evaluation.protocol}.`}
      actions={
        <CsvButton
          fileName={fileName}
          header={["metric", "model", "value", "users"]}
          rows={rows.flatMap(({ key, entries }) =>
            entries.map(({ name, value, users }) => [key, name, value, users]),
          )}
        />
      }
    >
      <div className="grid gap-x-12 gap-y-8 lg:grid-cols-2">
        {rows.map(({ key, label, entries, liftOverBest }) => (
          <table key={key} className="w-full table-fixed self-start">
            <caption className="pb-1 text-left">
              <span className="font-medium">{label}</span>
              {liftOverBest !== null && (
                <span className="ml-2 text-ink-3">
                  {liftOverBest >= 0 ? "+" : "−"}
                  {formatShare(Math.abs(liftOverBest), 0)} against the better baseline
                </span>
              )}
            </caption>
            <colgroup>
              <col className="w-28" />
              <col />
              <col className="w-20" />
              <col className="w-20" />
            </colgroup>
            <thead className="sr-only">
              <tr>
                <th scope="col">Model</th>
                <th scope="col">Bar</th>
                <th scope="col">Value</th>
                <th scope="col">Shoppers</th>
              </tr>
            </thead>
            <tbody>
              {entries.map(({ name, users, value, share, isSubject }) => (
                <tr key={name} className="border-line border-t">
                  <th
                    scope="row"
                    className={`h-8 w-28 truncate text-left ${isSubject ? "font-medium" : "font-normal text-ink-2"}`}
                  >
                    {NAMES[name] ?? name}
                  </th>
                  <td className="pl-2">
                    <Bar share={share} className={isSubject ? "bg-series-1" : "bg-series-3"} />
                  </td>
                  <td className="w-20 text-right">{formatDecimal(value)}</td>
                  <td className="w-20 text-right text-ink-3">n {formatCount(users)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <SliceTable evaluation={evaluation} />
    </Section>
  );
}

/** For whom, and of what, it is good: a mean hides who pays for it. */
function SliceTable({ evaluation }: { evaluation: Evaluation }) {
  const metric = headlineMetric(evaluation);
  const rows = metric === null ? [] : sliceRows(evaluation, metric);
  if (metric === null || rows.length === 0) return null;
  return (
    <ScrollRegion label="By slice" className="mt-8">
      <table className="w-full">
        <caption className="pb-1 text-left font-medium">{metricLabel(metric)} by slice</caption>
        <TableHead
          heads={["Of", "Slice", ...rows[0]!.values.map(({ name }) => NAMES[name] ?? name), "Shoppers, n"]}
        />
        <tbody>
          {rows.map(({ by, name, users, values }) => (
            <tr key={`${by} ${name}`} className="border-line border-b">
              <td className="h-8 whitespace-nowrap pr-6 text-ink-2">
                {by === "history" ? "shoppers" : "items"}
              </td>
              <td className="whitespace-nowrap pr-6">{name}</td>
              {values.map(({ name: model, value }) => (
                <td key={model} className="whitespace-nowrap pr-6">
                  {formatDecimal(value)}
                </td>
              ))}
              <td className="whitespace-nowrap text-ink-3">{formatCount(users)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
