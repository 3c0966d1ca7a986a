"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Mono } from "@/components/ui/Mono";
import { Time } from "@/components/ui/Time";
import { shortId } from "@/lib/format";
import { notify } from "@/lib/notify";
import { problemText } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Unlink = ApiOutputs["identity"]["unlinks"][number];

export function UnlinkTable({ unlinks }: { unlinks: readonly Unlink[] }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const { mutate } = useMutation(
    trpc.identity.undoUnlink.mutationOptions({
      onSettled: () => client.invalidateQueries({ queryKey: trpc.identity.pathKey() }),
      onError: (error) => notify("error", problemText(error)),
    }),
  );
  const columns = useMemo(
    (): Column<Unlink>[] => [
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
      { id: "reason", header: "Why", accessorFn: ({ reason }) => reason },
      { id: "by", header: "By", accessorFn: ({ createdBy }) => createdBy },
      {
        id: "at",
        header: "When",
        accessorFn: ({ createdAt }) => createdAt.getTime(),
        cell: ({ row }) => <Time at={row.original.createdAt} className="text-ink-2" />,
      },
      {
        id: "undo",
        header: "Action",
        enableSorting: false,
        cell: ({ row }) => (
          <GuardedButton
            permission="identity:manage"
            variant="quiet"
            onClick={() => mutate({ workspace, id: row.original.id })}
          >
            Link again
          </GuardedButton>
        ),
      },
    ],
    [mutate, workspace],
  );
  return <DataTable label="Links taken apart" data={unlinks} columns={columns} rowId={({ id }) => id} />;
}
