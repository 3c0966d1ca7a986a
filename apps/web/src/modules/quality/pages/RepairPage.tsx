"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Bar } from "@/components/charts/Bar";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { ReceiptSections } from "../components/ReceiptSections";
import { groupPath, originLabel, reasonLabel } from "../presenters/groupView";
import { repairVerdict } from "../presenters/repairView";
import { stepText } from "../presenters/steps";

type Repair = ApiOutputs["quality"]["repair"];

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
