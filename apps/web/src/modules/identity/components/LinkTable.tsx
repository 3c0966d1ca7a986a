"use client";

import dynamic from "next/dynamic";
import { useMemo, useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, shortId } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";

const UnlinkDialog = dynamic(() => import("./UnlinkDialog").then((m) => m.UnlinkDialog), { ssr: false });

export type Link = ApiOutputs["identity"]["links"][number];

/** Links, newest evidence first, each with the way to take it apart. */
export function LinkTable({ links }: { links: readonly Link[] }) {
  const [parting, setParting] = useState<Link | null>(null);
  const columns = useMemo(() => createColumns(setParting), []);
  return (
    <>
      <DataTable
        label="Links between devices and people"
        data={links}
        columns={columns}
        layout={{ nEvents: { align: "right" }, nPeopleOnDevice: { align: "right" } }}
        rowId={({ device, person }) => `${device} ${person}`}
      />
      {parting !== null && <UnlinkDialog link={parting} onClose={() => setParting(null)} />}
    </>
  );
}

function createColumns(onUnlink: (link: Link) => void): Column<Link>[] {
  return [
    {
      id: "device",
      header: "Device",
      accessorFn: ({ device }) => device,
      cell: ({ row }) => <Mono title={row.original.device}>{shortId(row.original.device)}</Mono>,
    },
    {
      id: "person",
      header: "Person",
      accessorFn: ({ person }) => person,
      cell: ({ row }) => <Mono title={row.original.person}>{shortId(row.original.person)}</Mono>,
    },
    {
      id: "nEvents",
      header: "Evidence",
      accessorFn: ({ nEvents }) => nEvents,
      cell: ({ row: { original } }) => (
        <>
          {formatCount(original.nEvents)} {original.nEvents === 1 ? "event" : "events"}
          {original.nSignIns > 0 && `, ${formatCount(original.nSignIns)} sign-ins`}
        </>
      ),
    },
    {
      id: "fromMs",
      header: "First",
      accessorFn: ({ fromMs }) => fromMs,
      cell: ({ row }) => <Time at={new Date(row.original.fromMs)} className="text-ink-2" />,
    },
    {
      id: "toMs",
      header: "Last",
      accessorFn: ({ toMs }) => toMs,
      cell: ({ row }) => <Time at={new Date(row.original.toMs)} className="text-ink-2" />,
    },
    {
      id: "nPeopleOnDevice",
      header: "People on the device",
      accessorFn: ({ nPeopleOnDevice }) => nPeopleOnDevice,
      cell: ({ row: { original } }) =>
        original.nPeopleOnDevice > 1 ? (
          <StateWord tone="warn">{`shared by ${original.nPeopleOnDevice}`}</StateWord>
        ) : (
          "1"
        ),
    },
    {
      id: "unlink",
      header: "Action",
      enableSorting: false,
      cell: ({ row }) => (
        <GuardedButton permission="identity:manage" variant="quiet" onClick={() => onUnlink(row.original)}>
          Take apart
        </GuardedButton>
      ),
    },
  ];
}
