"use client";

import { useQuery } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { formatDecimal } from "@/lib/format";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { metricLabel } from "../presenters/evaluation";

type Comparison = ApiOutputs["models"]["compare"];
type Row = readonly [what: string, before: string, after: string, change?: string];

/** Two versions beside each other: only what differs. */
export function ComparePage({ name, before, after }: { name: string; before: number; after: number }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const query = useQuery(
    trpc.models.compare.queryOptions({
      workspace,
      before: { name, version: before },
      after: { name, version: after },
    }),
  );
  return (
    <Page
      title={<Mono className="text-lg">{`${name}@${before} → ${name}@${after}`}</Mono>}
      verdict={query.data === undefined ? undefined : sayHowMuch(query.data)}
    >
      <Async query={query} rows={8}>
        {(data) => (
          <>
            <Differences
              title="Metrics"
              {...(data.metricsDifferIn === null
                ? {}
                : { verdict: `Not measured alike: ${data.metricsDifferIn} differ.` })}
              rows={metricRows(data)}
              withChange
            />
            <Differences title="Features" rows={toRows(data.features)} />
            <Differences title="Parameters" rows={toRows(data.parameters)} />
            <Differences title="Manifest" rows={toRows(data.manifest)} />
            <Differences title="Artifacts" rows={toRows(data.artifacts)} />
          </>
        )}
      </Async>
    </Page>
  );
}

function sayHowMuch(data: Comparison): string {
  const n = [data.metrics, data.features, data.parameters, data.manifest, data.artifacts].reduce(
    (sum, rows) => sum + rows.length,
    0,
  );
  return n === 0
    ? "Nothing differs."
    : `${n} ${n === 1 ? "thing differs" : "things differ"}; what is the same is left out.`;
}

function toRows(differences: Comparison["features"]): Row[] {
  return differences.map(({ what, before, after }) => [what, before ?? "–", after ?? "–"]);
}

function metricRows({ metrics }: Comparison): Row[] {
  return metrics.map(({ metric, before, after, change }) => [
    metricLabel(metric),
    formatDecimal(before),
    formatDecimal(after),
    change === null ? "–" : `${change > 0 ? "+" : "−"}${formatDecimal(Math.abs(change))}`,
  ]);
}

function Differences({
  title,
  verdict,
  rows,
  withChange = false,
}: {
  title: string;
  verdict?: string;
  rows: readonly Row[];
  withChange?: boolean;
}) {
  if (rows.length === 0) return null;
  return (
    <Section title={title} {...(verdict === undefined ? {} : { verdict })}>
      <ScrollRegion label={title}>
        <table className="w-full">
          <TableHead heads={["What", "Before", "After", ...(withChange ? ["Change"] : [])]} />
          <tbody>
            {rows.map(([what, before, after, change], i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a feature may both change and move
              <tr key={`${what} ${i}`} className="border-line border-b">
                <th scope="row" className="h-8 pr-6 text-left font-mono font-normal text-xs">
                  {what}
                </th>
                <td className="max-w-96 break-all pr-6 text-ink-2">{before}</td>
                <td className="max-w-96 break-all pr-6">{after}</td>
                {withChange && <td>{change}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}
