"use client";

import type { Evaluation } from "@shortlist/contracts";
import dynamic from "next/dynamic";
import { NotEnough } from "@/components/async/States";
import { CsvButton } from "@/components/ui/CsvButton";
import { Section } from "@/components/ui/Section";
import { metricLabel } from "../presenters/evaluation";

const LineChart = dynamic(() => import("@/components/charts/VersionLine").then((m) => m.VersionLine), {
  ssr: false,
});

/** Fewer versions make no line. */
const VERSIONS_MIN = 2;

/** The headline metric of every version beside popularity's on the same held-out window. */
export function MetricHistory({
  metric,
  versions,
  model,
}: {
  metric: string;
  model: string;
  versions: readonly { readonly version: number; readonly evaluation: Evaluation | null }[];
}) {
  const points = versions
    .filter(({ evaluation }) => evaluation !== null)
    .map(({ version, evaluation }) => ({
      version,
      users: evaluation!.subject.users,
      subject: evaluation!.subject.metrics[metric] ?? null,
      popularity: evaluation!.baselines.find(({ name }) => name === "popularity")?.metrics[metric] ?? null,
    }))
    .sort((a, b) => a.version - b.version);
  const label = metricLabel(metric);
  const last = points.at(-1);
  const before = points.at(-2);
  const verdict =
    last?.subject == null || before?.subject == null
      ? undefined
      : `Version ${last.version} has ${last.subject.toFixed(4)}, version ${before.version} had ${before.subject.toFixed(4)}; each was measured on its own held-out window, n = ${last.users} and ${before.users} shoppers.`;
  return (
    <Section
      title={`${label} by version`}
      {...(verdict === undefined ? {} : { verdict })}
      actions={
        points.length >= VERSIONS_MIN ? (
          <CsvButton
            fileName={`${model}-${metric}.csv`}
            header={["version", label, "popularity", "n"]}
            rows={points.map((p) => [p.version, p.subject, p.popularity, p.users])}
          />
        ) : undefined
      }
    >
      {points.length < VERSIONS_MIN ? (
        <NotEnough have={points.length} need={VERSIONS_MIN} what="evaluated versions" />
      ) : (
        <>
          <p aria-hidden="true" className="mb-2 flex gap-5 text-ink-2 text-xs">
            <span className="flex items-center gap-2">
              <span className="w-6 border-series-1 border-t-2" />
              {label}
            </span>
            <span className="flex items-center gap-2">
              <span className="w-6 border-series-3 border-t-2 border-dashed" />
              Popularity
            </span>
          </p>
          <div className="h-56">
            <LineChart points={points} label={label} />
          </div>
        </>
      )}
    </Section>
  );
}
