import type { BackfillPlan, FeatureView } from "@shortlist/contracts";
import { CsvButton } from "@/components/ui/CsvButton";
import { formatCount, formatDecimal } from "@/lib/format";
import { findOutput, unitOf } from "../presenters/words";
import { BinTable } from "./BinTable";
import { HistogramBars } from "./HistogramBars";

/** Each value of the sampled rows, as readers are given it now and as they would be. Changed ones come first. */
export function ComparisonList({
  plan,
  view,
}: {
  plan: BackfillPlan;
  view: Pick<FeatureView, "name" | "features">;
}) {
  const outputs = [...plan.outputs].sort((a, b) => b.nChanged - a.nChanged);
  return (
    <div className="@container">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p aria-hidden="true" className="flex gap-5 text-ink-2 text-xs">
          <span className="flex items-center gap-2">
            <span className="h-3 w-4 bg-series-1" />
            after
          </span>
          <span className="flex items-center gap-2">
            <span className="w-6 border-series-2 border-t-2" />
            now
          </span>
        </p>
        <CsvButton
          fileName={`${view.name}-backfill.csv`}
          header={["value", "rows changed", "mean now", "mean after"]}
          rows={outputs.map((each) => [each.name, each.nChanged, each.meanBefore, each.meanAfter])}
        />
      </div>
      <ul className="grid grid-cols-1 gap-x-12 @4xl:grid-cols-2">
        {outputs.map((output) => {
          const found = findOutput(view, output.name);
          const unit = found === null ? "" : unitOf(found.feature);
          return (
            <li
              key={output.name}
              className="grid gap-x-8 gap-y-1 border-line border-b py-2 @sm:grid-cols-[1fr_13rem]"
            >
              <div className="min-w-0">
                <h3 className="break-all font-mono text-xs">{output.name}</h3>
                <p className="mt-0.5 text-ink-2">
                  {output.nChanged === 0
                    ? "unchanged in all sampled rows"
                    : `changed in ${formatCount(output.nChanged)} of ${formatCount(plan.nSampled)} sampled rows`}
                </p>
                {(output.meanBefore !== null || output.meanAfter !== null) && (
                  <p className="mt-0.5 text-ink-3 text-xs">
                    mean {formatDecimal(output.meanBefore, 3)} → {formatDecimal(output.meanAfter, 3)} {unit}
                  </p>
                )}
              </div>
              {output.edges.length === 0 ? (
                <p className="text-ink-3 text-xs">Texts and lists have no histogram.</p>
              ) : (
                <div>
                  <HistogramBars
                    bins={{ edges: output.edges, counts: output.after }}
                    before={output.before}
                    label={`Rows by ${output.name} in ${unit}, now and after the backfill, n ${plan.nSampled}`}
                  />
                  <BinTable
                    name={output.name}
                    edges={output.edges}
                    columns={[
                      { header: "Now", counts: output.before },
                      { header: "After", counts: output.after },
                    ]}
                  />
                </div>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
