"use client";

import { useMutation, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDay } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { backfillWord, isMoving } from "../presenters/backfillView";
import type { Backfill, VersionDetail } from "../types";

const columns: Column<Backfill>[] = [
  {
    id: "batchEnd",
    accessorFn: (row) => row.batchEnd.getTime(),
    header: "Batch until",
    cell: ({ row }) => <BackfillLink backfill={row.original} />,
  },
  { accessorKey: "version", header: "Version", cell: ({ row }) => `v${row.original.version}` },
  {
    accessorKey: "state",
    header: "State",
    cell: ({ row }) => {
      const { tone, word } = backfillWord(row.original);
      return <StateWord tone={tone}>{word}</StateWord>;
    },
  },
  {
    id: "rows",
    accessorFn: (row) => row.result?.rowsWritten ?? row.plan?.nRows ?? -1,
    header: "Rows",
    cell: ({ row }) => formatCount(row.original.result?.rowsWritten ?? row.original.plan?.nRows),
  },
  { accessorKey: "createdBy", header: "Asked for by" },
  {
    id: "createdAt",
    accessorFn: (row) => row.createdAt.getTime(),
    header: "When",
    cell: ({ row }) => <Time at={row.original.createdAt} className="text-ink-2" />,
  },
];

function BackfillLink({ backfill }: { backfill: Backfill }) {
  const { href } = useWorkspace();
  return (
    <Link className="link" href={href(`/features/${backfill.name}/backfills/${backfill.id}`)}>
      {formatDay(backfill.batchEnd)}
    </Link>
  );
}

/** The view's backfills, and the button that plans another. */
export function BackfillSection({ newest }: { newest: VersionDetail }) {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const { name, version, view, batch } = newest;
  const backfills = useQuery(
    trpc.featureViews.backfills.queryOptions(
      { workspace, name },
      { refetchInterval: (query) => ((query.state.data ?? []).some(isMoving) ? 2_000 : 15_000) },
    ),
  );
  const plan = useMutation(
    trpc.featureViews.planBackfill.mutationOptions({
      onSuccess: ({ id }) => router.push(href(`/features/${name}/backfills/${id}`)),
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  const hasBatch = view.mode !== "stream";
  return (
    <Section
      title="Backfills"
      verdict={
        !hasBatch
          ? "The mode is stream: values come from the event stream alone, and there is no batch."
          : batch === null
            ? "No batch yet: the first one is computed by itself within a minute of events being there."
            : `Readers use a batch until ${formatDay(batch.end)} 00:00 UTC. The next one is computed by itself after midnight.`
      }
      actions={
        hasBatch ? (
          <GuardedButton
            permission="backfill:run"
            disabled={plan.isPending}
            onClick={() => plan.mutate({ workspace, name, version })}
          >
            {plan.isPending ? "Asking …" : "Plan a backfill"}
          </GuardedButton>
        ) : undefined
      }
    >
      {batch?.isBehindImport === true && (
        <p role="status" className="mb-3 rounded-md bg-warn-soft px-3 py-1.5">
          <StateWord tone="warn">behind an import</StateWord> A log was imported after this batch was asked
          for: its events are not in it. Plan a backfill to include them now, or wait for the next night.
        </p>
      )}
      <Async query={backfills} rows={3}>
        {(all) => (
          <DataTable
            label="Backfills"
            data={all}
            columns={columns}
            layout={{ rows: { align: "right" } }}
            rowId={(row) => row.id}
            rowHref={(row) => href(`/features/${row.name}/backfills/${row.id}`)}
            empty={
              <Empty
                title="No backfill yet"
                {...(hasBatch
                  ? { command: `npx shortlist features backfill ${name} --workspace ${workspace}` }
                  : {})}
              >
                {hasBatch
                  ? "A backfill computes every row from the archive. It shows what would change before anything is written."
                  : "Publish a version with the mode both to have a batch."}
              </Empty>
            }
          />
        )}
      </Async>
    </Section>
  );
}
