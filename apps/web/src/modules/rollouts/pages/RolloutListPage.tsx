"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { buttonClass } from "@/components/ui/Button";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Page } from "@/components/ui/Page";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { isRunning, phaseTone, phaseWord, type RolloutRow } from "../presenters/rolloutView";

const REFRESH_MS = 5_000;

export function RolloutListPage() {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const list = useQuery({
    ...trpc.rollouts.list.queryOptions({ workspace }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  const running = list.data?.rollouts.find(isRunning);
  return (
    <Page
      title="Rollouts"
      verdict={
        list.data === undefined
          ? undefined
          : running === undefined
            ? "No rollout is under way: everybody gets the served release."
            : `Rollout ${running.number} is under way: ${phaseWord(running)}.`
      }
      actions={
        <Link href={href("/rollouts/new")} className={buttonClass("primary")}>
          New rollout
        </Link>
      }
    >
      <Async query={list} rows={5}>
        {({ rollouts }) => <RolloutTable rows={rollouts} />}
      </Async>
    </Page>
  );
}

function RolloutTable({ rows }: { rows: readonly RolloutRow[] }) {
  const { href, slug: workspace } = useWorkspace();
  const columns = useMemo(
    (): Column<RolloutRow>[] => [
      {
        accessorKey: "number",
        header: "Rollout",
        cell: ({ row: { original } }) => (
          <Link href={href(`/rollouts/${original.number}`)} className="link font-medium">
            {original.number}
          </Link>
        ),
      },
      {
        id: "state",
        header: "State",
        accessorFn: phaseWord,
        cell: ({ row: { original } }) => (
          <StateWord tone={phaseTone(original)}>{phaseWord(original)}</StateWord>
        ),
      },
      { accessorKey: "note", header: "What for" },
      {
        id: "releases",
        header: "Releases",
        enableSorting: false,
        cell: ({ row: { original } }) =>
          `${original.stableNumber ?? "–"} → ${original.candidateNumber ?? "–"}`,
      },
      {
        id: "share",
        header: "Candidate, shoppers",
        accessorFn: ({ traffic }) => traffic?.candidateBuckets ?? 0,
        cell: ({ row: { original } }) =>
          original.traffic === null ? "–" : `${original.traffic.candidateBuckets / 100} %`,
      },
      { accessorKey: "createdBy", header: "By" },
      {
        id: "createdAt",
        header: "Begun",
        accessorFn: ({ createdAt }) => createdAt.getTime(),
        cell: ({ row: { original } }) => <Time at={original.createdAt} className="text-ink-2" />,
      },
      {
        id: "endedAt",
        header: "Ended",
        accessorFn: ({ endedAt }) => endedAt?.getTime() ?? 0,
        cell: ({ row: { original } }) => <Time at={original.endedAt} className="text-ink-2" />,
      },
    ],
    [href],
  );
  return (
    <DataTable
      label="Rollouts"
      data={rows}
      columns={columns}
      layout={{ share: { align: "right" } }}
      rowId={(row) => row.id}
      rowHref={(row) => href(`/rollouts/${row.number}`)}
      empty={
        <Empty
          title="No rollout yet"
          command={`npx shortlist rollout create --workspace ${workspace} --ranker ranker@2 --note 'new ranker'`}
        >
          A rollout brings a model version, or a release that is already there, to shoppers step by step and
          takes it back when a guardrail finds harm.
        </Empty>
      }
    />
  );
}
