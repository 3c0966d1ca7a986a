"use client";

import Link from "next/link";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { useWorkspace } from "@/modules/shell/session";
import { type Group, groupPath, originLabel, reasonLabel } from "../presenters/groupView";

const columns: Column<Group>[] = [
  { accessorKey: "reason", header: "Reason", cell: ({ row }) => <GroupLink group={row.original} /> },
  { id: "origin", accessorFn: (row) => originLabel(row.origin), header: "From" },
  { id: "type", accessorFn: (row) => row.eventType ?? "–", header: "Type" },
  { id: "app", accessorFn: (row) => row.appVersion ?? "–", header: "App version" },
  { id: "open", accessorKey: "open", header: "Open rows", cell: ({ row }) => formatCount(row.original.open) },
  {
    id: "repairable",
    accessorKey: "repairable",
    header: "Repairable here",
    cell: ({ row }) => <Repairable group={row.original} />,
  },
  {
    id: "released",
    accessorKey: "released",
    header: "Released",
    cell: ({ row }) => formatCount(row.original.released),
  },
  {
    id: "first",
    accessorKey: "firstSeenMs",
    header: "First seen",
    cell: ({ row }) => <Time at={row.original.firstSeenAt} />,
  },
  {
    id: "last",
    accessorKey: "lastSeenMs",
    header: "Last seen",
    cell: ({ row }) => <Time at={row.original.lastSeenAt} />,
  },
];

function GroupLink({ group }: { group: Group }) {
  const { href } = useWorkspace();
  return (
    <Link href={href(groupPath(group))} className="link" title={group.meaning}>
      {reasonLabel(group.reason)}
    </Link>
  );
}

function Repairable({ group }: { group: Group }) {
  if (group.open === 0) return <StateWord tone="pass">done</StateWord>;
  if (group.repairable === 0) return <StateWord tone="none">at the source</StateWord>;
  return <span>{formatCount(group.repairable)}</span>;
}

const layout = {
  open: { align: "right" },
  repairable: { align: "right" },
  released: { align: "right" },
} as const;

/** Groups of rows that were set aside, those with the most open rows first. */
export function GroupTable({ groups }: { groups: readonly Group[] }) {
  const { href } = useWorkspace();
  return (
    <DataTable
      label="Rows set aside, by reason"
      data={groups}
      columns={columns}
      layout={layout}
      rowId={groupPath}
      rowHref={(row) => href(groupPath(row))}
    />
  );
}
