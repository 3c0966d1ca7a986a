"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatBytes, formatCount, formatDay, formatDuration } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { BackfillActions } from "../components/BackfillActions";
import { ComparisonList } from "../components/ComparisonList";
import { backfillVerdict, backfillWord, isMoving } from "../presenters/backfillView";
import type { Backfill } from "../types";

/** What a backfill would change, how far it is, what it did. */
export function BackfillPage({ name, id }: { name: string; id: string }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const backfill = useQuery(
    trpc.featureViews.backfill.queryOptions(
      { workspace, id },
      {
        refetchInterval: (query) =>
          query.state.data !== undefined && isMoving(query.state.data) ? 1_000 : 15_000,
      },
    ),
  );
  return (
    <Page
      title={
        <>
          Backfill of{" "}
          <Link className="link font-mono" href={href(`/features/${name}`)}>
            {backfill.data?.ref ?? name}
          </Link>
          {backfill.data !== undefined && ` until ${formatDay(backfill.data.batchEnd)}`}
        </>
      }
      verdict={backfill.data === undefined ? undefined : backfillVerdict(backfill.data)}
      actions={backfill.data === undefined ? undefined : <BackfillActions backfill={backfill.data} />}
    >
      <Async query={backfill} rows={8}>
        {(data) => (
          <>
            {isMoving(data) && <Progress backfill={data} />}
            <div className="grid grid-cols-1 gap-x-12 lg:grid-cols-2">
              <BackfillFacts backfill={data} />
              <PlanFacts backfill={data} />
            </div>
            {data.plan !== null && data.plan.outputs.length > 0 && <Comparison backfill={data} />}
          </>
        )}
      </Async>
    </Page>
  );
}

function Progress({ backfill }: { backfill: Backfill }) {
  const pct = backfill.job?.progressPct ?? 0;
  return (
    <div
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={pct}
      className="mb-6 h-2 overflow-hidden rounded-sm bg-sunken"
    >
      <div
        className="h-full rounded-sm bg-accent transition-[width] duration-500"
        style={{ width: `${pct}%` }}
      />
    </div>
  );
}

function BackfillFacts({ backfill }: { backfill: Backfill }) {
  const { href } = useWorkspace();
  const { tone, word } = backfillWord(backfill);
  return (
    <Facts
      rows={[
        [
          "State",
          <StateWord key="s" tone={tone}>
            {word}
          </StateWord>,
        ],
        ["Batch until", `${formatDay(backfill.batchEnd)} 00:00 UTC`],
        [
          "Generation",
          <code key="g" className="font-mono text-xs">
            {backfill.generation}
          </code>,
        ],
        [
          "Asked for by",
          <span key="c">
            {backfill.createdBy}, <Time at={backfill.createdAt} />
          </span>,
        ],
        [
          "Started by",
          backfill.startedBy === null ? (
            "–"
          ) : (
            <span key="b">
              {backfill.startedBy}, <Time at={backfill.startedAt} />
            </span>
          ),
        ],
        [
          "Job",
          backfill.job === null ? (
            "–"
          ) : (
            <Link key="j" className="link" href={href(`/jobs/${backfill.job.id}`)}>
              {backfill.job.state}, with its log
            </Link>
          ),
        ],
      ]}
    />
  );
}

function PlanFacts({ backfill: { plan } }: { backfill: Backfill }) {
  if (plan === null) return null;
  const readers = plan.consumers.map(
    ({ ref, releases, isServing }) =>
      `${ref}${releases.length === 0 ? "" : ` of release ${releases.join(", ")}`}${isServing ? ", serving now" : ""}`,
  );
  return (
    <Facts
      rows={[
        ["Events read", formatCount(plan.nEvents)],
        ["Rows written", formatCount(plan.nRows)],
        ["Size, about", formatBytes(plan.bytes)],
        ["Time, about", formatDuration(plan.seconds * 1000)],
        [
          "Compared with",
          plan.against === null
            ? "no batch: the first one"
            : `the batch until ${formatDay(new Date(plan.against.endMs))}`,
        ],
        ["Read by", readers.length === 0 ? "no model" : readers.join("; ")],
      ]}
    />
  );
}

function Comparison({ backfill }: { backfill: Backfill }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const view = useQuery(trpc.featureViews.get.queryOptions({ workspace, name: backfill.name }));
  const plan = backfill.plan!;
  const sampled =
    plan.nSampled === plan.nRows
      ? `all ${formatCount(plan.nRows)} rows`
      : `a sample of ${formatCount(plan.nSampled)} of ${formatCount(plan.nRows)} rows`;
  return (
    <Section
      title="What changes for readers"
      verdict={`Of ${sampled}: ${formatCount(plan.rows.new)} new, ${formatCount(plan.rows.changed)} changed, ${formatCount(plan.rows.unchanged)} unchanged, when this was planned.`}
    >
      <Async query={view} rows={6}>
        {({ versions }) => {
          const version = versions.find((each) => each.version === backfill.version) ?? versions[0]!;
          return <ComparisonList plan={plan} view={version.view} />;
        }}
      </Async>
    </Section>
  );
}
