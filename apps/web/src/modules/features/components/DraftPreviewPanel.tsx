import type { FeatureView, FieldProblem } from "@shortlist/contracts";
import { Failed, Skeleton } from "@/components/async/States";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { problemOf } from "@/lib/problem";
import { useWorkspace } from "@/modules/shell/session";
import type { ReadyData } from "../types";
import { CodeBlock } from "./CodeBlock";
import type { DraftPreview } from "./usePreview";
import { ValueList } from "./ValueList";

/** What the draft is and computes, beside the form: problems, else rows, distributions and SQL. */
export function DraftPreviewPanel({
  preview,
  problems,
  view,
  isCurrent,
  error,
  onRetry,
}: {
  preview: DraftPreview | null;
  problems: readonly FieldProblem[];
  view: Pick<FeatureView, "name" | "features" | "source">;
  isCurrent: boolean;
  error: unknown;
  onRetry: () => void;
}) {
  const { slug: workspace } = useWorkspace();
  if (problems.length > 0) return <ProblemList problems={problems} />;
  if (error !== null) return <Failed problem={problemOf(error)} isRetrying={false} onRetry={onRetry} />;
  if (preview === null || preview.data === null) return <Skeleton rows={8} />;
  return (
    <div aria-busy={!isCurrent} className={isCurrent ? "" : "opacity-60"}>
      <p role="status" className="mb-3">
        {isCurrent ? (
          preview.isUnchanged ? (
            <StateWord tone="none">{`the same as version ${preview.version}`}</StateWord>
          ) : (
            <StateWord tone="pass">{`checks out, would be version ${preview.version}`}</StateWord>
          )
        ) : (
          <StateWord tone="busy">computing</StateWord>
        )}
      </p>
      <Section title="Values on the events there are">
        {preview.data.state === "ready" && <SampleTable data={preview.data} />}
        <ValueList view={view} data={preview.data} workspace={workspace} />
      </Section>
      {preview.sql !== null && (
        <Section title="Compiled SQL">
          <CodeBlock label="the compiled SQL" text={preview.sql} />
        </Section>
      )}
    </div>
  );
}

function ProblemList({ problems }: { problems: readonly FieldProblem[] }) {
  return (
    <div role="status" className="border-line border-y py-4">
      <StateWord tone="warn">{`${problems.length} to mend`}</StateWord>
      <ul className="mt-2 flex flex-col gap-1.5">
        {problems.map(({ field, problem }) => (
          <li key={`${field} ${problem}`} className="break-words">
            <span className="font-mono text-xs">{field}</span>
            <span className="text-ink-2"> {problem}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Some rows as they are, so that a slip shows before a distribution does. */
function SampleTable({ data }: { data: ReadyData }) {
  const names = data.outputs.map(({ name }) => name);
  return (
    <ScrollRegion label="Sample rows" className="mb-4 max-h-64 overflow-y-auto">
      <table className="w-full text-xs">
        <caption className="sr-only">{data.samples.length} rows with their values as of now</caption>
        <thead>
          <tr className="border-line border-b text-ink-3">
            <th scope="col" className="py-1 pr-3 text-left font-medium">
              Row
            </th>
            {names.map((name) => (
              <th
                key={name}
                scope="col"
                className="whitespace-nowrap px-2 py-1 text-right font-medium font-mono"
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.samples.map(({ key, values }) => (
            <tr key={key.join(" ")} className="border-line border-b">
              <th scope="row" className="max-w-40 truncate py-0.5 pr-3 text-left font-mono font-normal">
                {key.join(" · ")}
              </th>
              {names.map((name) => (
                <td key={name} className="whitespace-nowrap px-2 py-0.5 text-right">
                  {formatValue(values[name])}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function formatValue(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : value.toPrecision(4);
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}
