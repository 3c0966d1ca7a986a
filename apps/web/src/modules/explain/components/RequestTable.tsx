"use client";

import Link from "next/link";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatMs } from "@/lib/format";
import { rungLabel, surfaceLabel } from "@/lib/rungs";
import type { ApiOutputs } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Request = ApiOutputs["explain"]["recent"][number];

const columns: Column<Request>[] = [
  {
    id: "at",
    accessorFn: (row) => row.at.getTime(),
    header: "When",
    cell: ({ row }) => <Time at={row.original.at} className="text-ink-2" />,
  },
  {
    accessorKey: "requestId",
    header: "Request",
    cell: ({ row }) => <RequestLink id={row.original.requestId} />,
  },
  { accessorKey: "surface", header: "Surface", cell: ({ row }) => surfaceLabel(row.original.surface) },
  {
    id: "shopper",
    accessorFn: (row) => row.shopper ?? "",
    header: "Shopper",
    cell: ({ row: { original } }) => (
      <span className="font-mono text-xs" title={original.shopper ?? ""}>
        {original.shopper === null ? "–" : `${original.shopper.slice(0, 8)}…`}
        {original.isAnonymous && <span className="font-sans text-ink-3"> visitor</span>}
      </span>
    ),
  },
  { accessorKey: "nItems", header: "Items" },
  {
    accessorKey: "rung",
    header: "Rung",
    cell: ({ row: { original } }) => (
      <StateWord
        tone={original.rung === 0 ? "pass" : original.rung === 1 ? "none" : "warn"}
      >{`${original.rung} ${rungLabel(original.rung)}`}</StateWord>
    ),
  },
  { accessorKey: "latencyMs", header: "Latency", cell: ({ row }) => formatMs(row.original.latencyMs) },
  {
    accessorKey: "modelVersion",
    header: "Ranker",
    cell: ({ row }) => <code className="font-mono text-xs">{row.original.modelVersion}</code>,
  },
];

const layout = { nItems: { align: "right" }, latencyMs: { align: "right" } } as const;

function RequestLink({ id }: { id: string }) {
  const { href } = useWorkspace();
  return (
    <Link href={href(`/explain/${id}`)} prefetch={false} className="link font-mono text-xs">
      {id}
    </Link>
  );
}

export function RequestTable({ requests }: { requests: readonly Request[] }) {
  const { href } = useWorkspace();
  return (
    <DataTable
      label="Newest requests"
      data={requests}
      columns={columns}
      layout={layout}
      rowId={(row) => row.requestId}
      rowHref={(row) => href(`/explain/${row.requestId}`)}
    />
  );
}
