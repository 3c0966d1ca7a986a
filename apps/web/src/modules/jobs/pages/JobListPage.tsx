"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { Async } from "@/components/async/Async";
import { Empty, FilteredOut } from "@/components/async/States";
import { Bar } from "@/components/charts/Bar";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Select } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatDuration } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { isActive, type Job, jobWord, ranMs } from "../presenters/jobView";

const STATES = ["all", "queued", "running", "succeeded", "failed", "cancelled"] as const;

const columns: Column<Job>[] = [
  {
    id: "state",
    accessorFn: (row) => jobWord(row).word,
    header: "State",
    cell: ({ row }) => <StateWord tone={jobWord(row.original).tone}>{jobWord(row.original).word}</StateWord>,
  },
  { accessorKey: "name", header: "Job", cell: ({ row }) => <JobLink job={row.original} /> },
  { accessorKey: "progressPct", header: "Progress", cell: ({ row }) => <Progress job={row.original} /> },
  { accessorKey: "step", header: "Step" },
  {
    id: "ran",
    accessorFn: (row) => ranMs(row, new Date()) ?? 0,
    header: "Ran",
    cell: ({ row }) => (
      <span suppressHydrationWarning>{formatDuration(ranMs(row.original, new Date()))}</span>
    ),
  },
  { accessorKey: "attempts", header: "Attempts" },
  { accessorKey: "createdBy", header: "Started by" },
  {
    id: "createdAt",
    accessorFn: (row) => row.createdAt.getTime(),
    header: "Created",
    cell: ({ row }) => <Time at={row.original.createdAt} className="text-ink-2" />,
  },
];

const layout = {
  attempts: { align: "right" },
  ran: { align: "right" },
  step: { className: "max-w-72 truncate text-ink-2" },
} as const;

function JobLink({ job }: { job: Job }) {
  const { href } = useWorkspace();
  return (
    <Link href={href(`/jobs/${job.id}`)} className="link">
      {job.name}
      <code className="ml-2 font-mono text-ink-3 text-xs">{job.id.slice(-6)}</code>
    </Link>
  );
}

function Progress({ job }: { job: Job }) {
  return (
    <span className="flex w-36 items-center gap-2">
      <Bar
        share={job.progressPct / 100}
        className={job.state === "failed" ? "bg-harm" : job.state === "cancelled" ? "bg-ink-3" : ""}
      />
      <span className="w-10 text-right">{job.progressPct.toFixed(0)} %</span>
    </span>
  );
}

export function JobListPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const [state, setState] = useQueryState("state", parseAsStringLiteral(STATES).withDefault("all"));
  const jobs = useQuery({
    ...trpc.jobs.list.queryOptions({ workspace, limit: 100 }),
    refetchInterval: (query) => (query.state.data?.some(isActive) ? 2_000 : 15_000),
  });
  const running = jobs.data?.filter(isActive).length ?? 0;
  return (
    <Page
      title="Jobs"
      verdict={
        jobs.data === undefined
          ? undefined
          : running === 0
            ? "Nothing runs now."
            : `${running} ${running === 1 ? "job is" : "jobs are"} waiting or running.`
      }
      actions={
        <GuardedButton
          permission="training:start"
          variant="primary"
          onClick={() => router.push(href("/jobs/new"))}
        >
          Start training
        </GuardedButton>
      }
    >
      <Async query={jobs} rows={6}>
        {(all) => {
          if (all.length === 0)
            return (
              <Empty title="No job yet" command={`npx shortlist train --workspace ${workspace} --wait`}>
                A training run fits the models on the imported log, evaluates them and publishes a release.
              </Empty>
            );
          const shown = state === "all" ? all : all.filter((job) => job.state === state);
          return (
            <>
              <Select
                label="State"
                className="mb-3 flex w-fit items-center gap-2 [&_label]:mb-0"
                value={state}
                onChange={(e) => setState(e.target.value as (typeof STATES)[number])}
              >
                {STATES.map((each) => (
                  <option key={each} value={each}>
                    {each}
                  </option>
                ))}
              </Select>
              {shown.length === 0 ? (
                <FilteredOut filters={`state ${state}`} onClear={() => setState(null)} />
              ) : (
                <DataTable
                  label="Jobs"
                  data={shown}
                  columns={columns}
                  layout={layout}
                  rowId={(row) => row.id}
                  rowHref={(row) => href(`/jobs/${row.id}`)}
                />
              )}
            </>
          );
        }}
      </Async>
    </Page>
  );
}
