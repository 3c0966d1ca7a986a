"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Bar } from "@/components/charts/Bar";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatShare } from "@/lib/format";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { groupPath, originLabel, reasonLabel } from "../presenters/groupView";
import { repairVerdict } from "../presenters/repairView";
import { stepText } from "../presenters/steps";

type Repair = ApiOutputs["quality"]["repair"];
type Receipt = NonNullable<Repair["receipt"]>;

/** What a repair did: rows released and still refused, what they touch, and what is left to do. */
export function RepairPage({ id }: { id: string }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const repair = useQuery({
    ...trpc.quality.repair.queryOptions({ workspace, id }),
    refetchInterval: (query) => (isOpen(query.state.data) ? 1_000 : false),
  });
  return (
    <Page
      title={repair.data === undefined ? "Repair" : `Repair: ${reasonLabel(repair.data.group.reason)}`}
      verdict={repair.data === undefined ? undefined : repairVerdict(repair.data)}
    >
      <Async query={repair} rows={6}>
        {(data) => (
          <>
            <Section title="What was asked">
              <Facts
                className="max-w-3xl"
                rows={[
                  [
                    "Rows",
                    <Link key="g" className="link" href={href(groupPath(data.group))}>
                      {reasonLabel(data.group.reason)} from {originLabel(data.group.origin)}
                    </Link>,
                  ],
                  [
                    "Steps",
                    data.steps.length === 0 ? (
                      "none"
                    ) : (
                      <ol key="s" className="list-inside list-decimal">
                        {data.steps.map((step) => (
                          <li key={stepText(step)}>{stepText(step)}</li>
                        ))}
                      </ol>
                    ),
                  ],
                  ["By", data.createdBy],
                  ["Started", <Time key="t" at={data.createdAt} />],
                  ["Note", data.note === "" ? "–" : data.note],
                  ["Job", <JobLine key="j" repair={data} />],
                ]}
              />
            </Section>
            {data.receipt !== null && <ReceiptSections receipt={data.receipt} />}
          </>
        )}
      </Async>
    </Page>
  );
}

function isOpen(repair: Repair | undefined): boolean {
  return repair?.job?.state === "queued" || repair?.job?.state === "running";
}

function JobLine({ repair: { job } }: { repair: Repair }) {
  const { href } = useWorkspace();
  if (job === null) return <span>not started</span>;
  const tone = {
    queued: "none",
    running: "busy",
    succeeded: "pass",
    failed: "harm",
    cancelled: "none",
  } as const;
  return (
    <span className="flex flex-wrap items-center gap-3">
      <StateWord tone={tone[job.state]}>{job.state}</StateWord>
      {job.state === "running" && (
        <span className="flex w-48 items-center gap-2">
          <Bar share={job.progressPct / 100} />
          {job.progressPct.toFixed(0)} %
        </span>
      )}
      <span className="text-ink-2">{job.error ?? job.step}</span>
      <Link className="link" href={href(`/jobs/${job.id}`)}>
        {job.state === "failed" || job.state === "cancelled" ? "Open to retry" : "Open"}
      </Link>
    </span>
  );
}

function ReceiptSections({ receipt }: { receipt: Receipt }) {
  const refused = Object.entries(receipt.refusedByReason).sort(([, a], [, b]) => b - a);
  return (
    <>
      <Section title="What changed">
        <Facts
          className="max-w-3xl"
          rows={[
            ["Rows", formatCount(receipt.rows)],
            ["Released", formatCount(receipt.released)],
            ["Items touched", formatCount(receipt.items)],
            ["Shoppers touched", formatCount(receipt.shoppers)],
            [
              "Types",
              Object.entries(receipt.byType)
                .map(([type, n]) => `${type} ${formatCount(n)}`)
                .join(" · ") || "–",
            ],
          ]}
        />
      </Section>
      <ShareTable
        title="Days that gained events, UTC"
        head={["Day", "Events"]}
        rows={receipt.days.map(({ day, events }) => [day, events])}
        total={receipt.released}
      />
      <ShareTable
        title="Still refused, by reason"
        head={["Reason", "Rows"]}
        rows={refused.map(([reason, n]) => [reasonLabel(reason), n])}
        total={receipt.rows}
      />
      <ViewSection views={receipt.views} />
    </>
  );
}

function ShareTable({
  title,
  head,
  rows,
  total,
}: {
  title: string;
  head: readonly [string, string];
  rows: readonly (readonly [string, number])[];
  total: number;
}) {
  if (rows.length === 0) return null;
  return (
    <Section title={`${title}; n = ${formatCount(total)}`}>
      <table className="w-full max-w-3xl">
        <thead className="text-left text-ink-3 text-xs">
          <tr>
            <th scope="col" className="h-7 w-44 font-medium">
              {head[0]}
            </th>
            <th scope="col" className="font-medium">
              <span className="sr-only">Share</span>
            </th>
            <th scope="col" className="w-32 text-right font-medium">
              {head[1]}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, n]) => (
            <tr key={name} className="border-line border-t">
              <th scope="row" className="h-7 text-left font-normal">
                {name}
              </th>
              <td>
                <Bar share={total === 0 ? null : n / total} />
              </td>
              <td className="text-right">
                {formatCount(n)} · {formatShare(total === 0 ? null : n / total)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function ViewSection({ views }: { views: Receipt["views"] }) {
  const { href } = useWorkspace();
  return (
    <Section
      title="Feature views"
      verdict="Views that count events of these types; their own filters may leave some out. Events older than twice a view's allowed lateness reach it by a backfill."
    >
      {views.length === 0 ? (
        <p className="text-ink-2">No live view counts events of these types.</p>
      ) : (
        <table className="w-full max-w-3xl">
          <thead className="text-left text-ink-3 text-xs">
            <tr>
              <th scope="col" className="h-7 font-medium">
                View
              </th>
              <th scope="col" className="text-right font-medium">
                Folded by the stream
              </th>
              <th scope="col" className="text-right font-medium">
                Need a backfill
              </th>
            </tr>
          </thead>
          <tbody>
            {views.map(({ ref, name, folded, needBackfill }) => (
              <tr key={ref} className="border-line border-t">
                <th scope="row" className="h-8 text-left font-normal">
                  <Link className="link" href={href(`/features/${name}`)}>
                    {ref}
                  </Link>
                </th>
                <td className="text-right">{formatCount(folded)}</td>
                <td className="text-right">
                  {needBackfill === 0 ? (
                    "0"
                  ) : (
                    <StateWord tone="warn">{`${formatCount(needBackfill)}: backfill`}</StateWord>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
