import type { FeatureView } from "@shortlist/contracts";
import { Empty } from "@/components/async/States";
import { CsvButton } from "@/components/ui/CsvButton";
import { formatCount, formatShare, formatUtc } from "@/lib/format";
import { describeFeature, durationWords, findOutput, unitOf } from "../presenters/words";
import type { OutputData, ViewData } from "../types";
import { BinTable } from "./BinTable";
import { HistogramBars } from "./HistogramBars";

/** Each value of the view: what it is, and how it is distributed over rows as of now. */
export function ValueList({
  view,
  data,
  workspace,
}: {
  view: Pick<FeatureView, "name" | "features" | "source">;
  data: ViewData;
  workspace: string;
}) {
  if (data.state === "no_events")
    return (
      <Empty
        title="There are no events yet"
        command={`npx shortlist import events.jsonl.gz --mapping <mapping> --workspace ${workspace}`}
      >
        Import a log, or send events to POST /v1/events of serving.
      </Empty>
    );
  if (data.state === "no_matching_events")
    return (
      <Empty title={`No event of the view in the last ${data.days} days`}>
        {data.newestMs === null
          ? `None of the archived events has one of its types (${view.source.types.join(", ")}), passes its filter and names its rows.`
          : `The newest one occurred at ${formatUtc(new Date(data.newestMs))}.`}
      </Empty>
    );
  if (data.state === "too_slow")
    return (
      <Empty title={`Stopped after ${data.seconds} s`}>
        There are too many events for a preview of this view. Fewer or shorter windows, or a filter, make it
        lighter.
      </Empty>
    );
  return (
    <div className="@container">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <p className="text-ink-2">{sampleSentence(data)}</p>
        <CsvButton
          fileName={`${view.name}-histograms.csv`}
          header={["value", "from", "to", "rows"]}
          rows={data.outputs.flatMap(({ name, histogram }) =>
            (histogram?.counts ?? []).map((count, i) => [
              name,
              histogram!.edges[i] ?? null,
              histogram!.edges[i + 1] ?? null,
              count,
            ]),
          )}
        />
      </div>
      <ul className="grid grid-cols-1 gap-x-12 @4xl:grid-cols-2">
        {data.outputs.map((output) => (
          <ValueRow key={output.name} output={output} view={view} />
        ))}
      </ul>
    </div>
  );
}

function sampleSentence(data: Extract<ViewData, { state: "ready" }>): string {
  const rows =
    data.nSampled >= data.nRows
      ? `values of all ${formatCount(data.nRows)} rows`
      : `values of a sample of ${formatCount(data.nSampled)} of ${formatCount(data.nRows)} rows`;
  const cut =
    data.truncatedToDays === null
      ? ""
      : ` Longer windows and all time are filled from the last ${data.truncatedToDays} days here.`;
  return `${data.isEstimate ? "About " : ""}${formatCount(data.nEvents)} events in the last ${data.days} days; ${rows}, as of now.${cut}`;
}

function ValueRow({ output, view }: { output: OutputData; view: Pick<FeatureView, "features"> }) {
  const { name, n, nulls, defaults, histogram } = output;
  const found = findOutput(view, name);
  const unit = found === null ? "" : unitOf(found.feature);
  return (
    <li className="grid gap-x-8 gap-y-1 border-line border-b py-2 @sm:grid-cols-[1fr_13rem]">
      <div className="min-w-0">
        <h3 className="break-all font-mono text-xs">{name}</h3>
        <p className="mt-0.5 text-ink-2">
          {found === null ? "" : `${describeFeature(found.feature)}, over ${durationWords(found.window)}`}
        </p>
        <p className="mt-0.5 text-ink-3 text-xs">
          n {formatCount(n)} · null {formatShare(n === 0 ? null : nulls / n)} · default{" "}
          {formatShare(n === 0 ? null : defaults / n)}
          {unit === "" ? "" : ` · in ${unit}`}
        </p>
      </div>
      {histogram === null ? (
        <p className="text-ink-3 text-xs">Texts and lists have no histogram.</p>
      ) : (
        <div>
          <HistogramBars bins={histogram} label={`Rows by ${name} in ${unit}, n ${n - nulls}`} />
          {histogram.counts.length > 0 && (
            <BinTable
              name={name}
              edges={histogram.edges}
              columns={[{ header: "Rows", counts: histogram.counts }]}
            />
          )}
        </div>
      )}
    </li>
  );
}
