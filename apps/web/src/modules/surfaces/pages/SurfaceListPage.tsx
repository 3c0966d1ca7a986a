"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useMemo } from "react";
import { Async } from "@/components/async/Async";
import { StackedBar } from "@/components/charts/Bar";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Page } from "@/components/ui/Page";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDecimal, formatMs, formatShare } from "@/lib/format";
import { RUNG_CLASSES, rungLabel, surfaceLabel } from "@/lib/rungs";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { RANGE_LABELS, RangePicker, useRange } from "../components/RangePicker";
import { topSource, words } from "../presenters/funnelView";
import { listVerdict } from "../presenters/listView";
import { MODE_LABELS } from "../presenters/modes";

type Row = ApiOutputs["surfaces"]["list"]["surfaces"][number];
const REFRESH_MS = 5_000;

export function SurfaceListPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [range] = useRange();
  const list = useQuery({
    ...trpc.surfaces.list.queryOptions({ workspace, range }),
    placeholderData: keepPreviousData,
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page
      title="Surfaces"
      verdict={list.data === undefined ? undefined : listVerdict(list.data.surfaces, RANGE_LABELS[range])}
      actions={<RangePicker />}
    >
      <Async query={list} rows={5}>
        {({ surfaces }) => <SurfaceTable rows={surfaces} />}
      </Async>
    </Page>
  );
}

function SurfaceTable({ rows }: { rows: readonly Row[] }) {
  const { href } = useWorkspace();
  const columns = useMemo(
    (): Column<Row>[] => [
      {
        id: "surface",
        header: "Surface",
        accessorFn: ({ surface }) => surfaceLabel(surface),
        cell: ({ row: { original } }) => (
          <Link href={href(`/surfaces/${original.surface}`)} className="link font-medium">
            {surfaceLabel(original.surface)}
          </Link>
        ),
      },
      {
        id: "requests",
        header: "Requests, n",
        accessorFn: ({ funnel }) => funnel?.requests ?? -1,
        cell: ({ row: { original } }) =>
          original.funnel === null ? "no data" : formatCount(original.funnel.requests),
      },
      {
        id: "rate",
        header: "Per second",
        accessorFn: ({ funnel }) => funnel?.requestsPerSecond ?? -1,
        cell: ({ row: { original } }) => formatDecimal(original.funnel?.requestsPerSecond, 2),
      },
      {
        id: "p99",
        header: "p99",
        accessorFn: ({ funnel }) => funnel?.latencyMsP99 ?? -1,
        cell: ({ row: { original } }) => formatMs(original.funnel?.latencyMsP99),
      },
      {
        id: "rungs",
        header: "Answers by rung",
        enableSorting: false,
        cell: ({ row: { original } }) => <Rungs rungs={original.funnel?.rungs ?? []} />,
      },
      {
        id: "top",
        header: "Leading source",
        enableSorting: false,
        cell: ({ row: { original } }) => {
          const top = original.funnel === null ? null : topSource(original.funnel);
          return top === null ? "–" : `${words(top.name)} ${formatShare(top.servedShare)}`;
        },
      },
      {
        id: "mode",
        header: "Lists come",
        enableSorting: false,
        cell: ({ row: { original } }) =>
          original.inForce === null ? "no release" : MODE_LABELS[original.inForce.mode],
      },
      {
        id: "changed",
        header: "Settings",
        accessorFn: ({ changedAt }) => changedAt?.getTime() ?? 0,
        cell: ({ row: { original } }) =>
          original.changedAt === null ? (
            <span className="text-ink-3">as it comes</span>
          ) : (
            <>
              <Time at={original.changedAt} className="text-ink-2" /> by {original.changedBy}
            </>
          ),
      },
    ],
    [href],
  );
  return (
    <DataTable
      label="Surfaces"
      data={rows}
      columns={columns}
      layout={{ requests: { align: "right" }, rate: { align: "right" }, p99: { align: "right" } }}
      rowHref={({ surface }) => href(`/surfaces/${surface}`)}
      rowId={({ surface }) => surface}
    />
  );
}

function Rungs({ rungs }: { rungs: readonly number[] }) {
  const n = rungs.reduce((sum, count) => sum + count, 0);
  if (n === 0) return <span className="text-ink-3">–</span>;
  const parts = rungs.map((count, rung) => ({
    name: rungLabel(rung),
    share: count / n,
    className: RUNG_CLASSES[rung] ?? "bg-ink-3",
  }));
  return (
    <span className="flex w-44 items-center gap-2">
      <StackedBar
        label={parts.map(({ name, share }) => `${name} ${formatShare(share)}`).join(", ")}
        parts={parts}
      />
      <span className="shrink-0 text-ink-2 text-xs">{formatShare(parts[0]!.share, 0)} full</span>
    </span>
  );
}
