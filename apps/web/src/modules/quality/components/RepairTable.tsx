"use client";

import Link from "next/link";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { originLabel, reasonLabel } from "../presenters/groupView";

type Repair = ApiOutputs["quality"]["repairs"][number];

const columns: Column<Repair>[] = [
  {
    id: "reason",
    accessorFn: (row) => row.group.reason,
    header: "Reason",
    cell: ({ row }) => <RepairLink repair={row.original} />,
  },
  { id: "origin", accessorFn: (row) => originLabel(row.group.origin), header: "From" },
  {
    id: "state",
    accessorFn: (row) => (row.receipt === null ? 0 : 1),
    header: "State",
    cell: ({ row }) =>
      row.original.receipt === null ? (
        <StateWord tone="busy">not finished</StateWord>
      ) : (
        <StateWord tone="pass">done</StateWord>
      ),
  },
  {
    id: "released",
    accessorFn: (row) => row.receipt?.released ?? row.checkpoint?.released ?? 0,
    header: "Released",
    cell: ({ row }) => formatCount(row.original.receipt?.released ?? row.original.checkpoint?.released ?? 0),
  },
  { accessorKey: "createdBy", header: "By" },
  {
    id: "at",
    accessorFn: (row) => row.createdAt.getTime(),
    header: "Started",
    cell: ({ row }) => <Time at={row.original.createdAt} />,
  },
];

function RepairLink({ repair }: { repair: Repair }) {
  const { href } = useWorkspace();
  return (
    <Link href={href(`/quality/repairs/${repair.id}`)} className="link">
      {reasonLabel(repair.group.reason)}
    </Link>
  );
}

export function RepairTable({ repairs }: { repairs: readonly Repair[] }) {
  const { href } = useWorkspace();
  return (
    <DataTable
      label="Repairs"
      data={repairs}
      columns={columns}
      layout={{ released: { align: "right" } }}
      rowId={(row) => row.id}
      rowHref={(row) => href(`/quality/repairs/${row.id}`)}
    />
  );
}
