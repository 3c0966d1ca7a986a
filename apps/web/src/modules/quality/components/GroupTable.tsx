"use client";

import Link from "next/link";
import { parseAsString, useQueryState } from "nuqs";
import { FilteredOut } from "@/components/async/States";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Select } from "@/components/ui/Field";
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
  { accessorKey: "open", header: "Open rows", cell: ({ row }) => formatCount(row.original.open) },
  {
    accessorKey: "repairable",
    header: "Repairable here",
    cell: ({ row }) => <Repairable group={row.original} />,
  },
  {
    accessorKey: "released",
    header: "Released",
    cell: ({ row }) => formatCount(row.original.released),
  },
  {
    id: "first",
    accessorFn: (row) => row.firstSeenMs,
    header: "First seen",
    cell: ({ row }) => <Time at={row.original.firstSeenAt} />,
  },
  {
    id: "last",
    accessorFn: (row) => row.lastSeenMs,
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

/** As many as the API lists. */
const GROUPS_MAX = 200;

/** Groups of rows that were set aside, those with the most open rows first; by reason when one is chosen. */
export function GroupTable({ groups }: { groups: readonly Group[] }) {
  const { href } = useWorkspace();
  const [reason, setReason] = useQueryState("reason", parseAsString);
  const open = new Map<string, number>();
  for (const group of groups) open.set(group.reason, (open.get(group.reason) ?? 0) + group.open);
  const shown = reason === null ? groups : groups.filter((group) => group.reason === reason);
  return (
    <>
      <Select
        label="Reason"
        className="mb-3 flex w-fit items-center gap-2 [&_label]:mb-0"
        value={reason ?? ""}
        onChange={(event) => void setReason(event.target.value === "" ? null : event.target.value)}
      >
        <option value="">all</option>
        {[...open]
          .sort(([, a], [, b]) => b - a)
          .map(([each, n]) => (
            <option key={each} value={each}>
              {reasonLabel(each)} ({formatCount(n)})
            </option>
          ))}
      </Select>
      {shown.length === 0 ? (
        <FilteredOut filters={`reason ${reasonLabel(reason ?? "")}`} onClear={() => void setReason(null)} />
      ) : (
        <DataTable
          label="Rows set aside, by reason"
          data={shown}
          columns={columns}
          layout={layout}
          rowId={groupPath}
          rowHref={(row) => href(groupPath(row))}
        />
      )}
      {groups.length >= GROUPS_MAX && (
        <p className="mt-2 text-ink-3">The {GROUPS_MAX} groups with the most open rows.</p>
      )}
    </>
  );
}
