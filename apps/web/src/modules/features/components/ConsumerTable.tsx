import Link from "next/link";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { StateWord } from "@/components/ui/StateWord";
import { useWorkspace } from "@/modules/shell/session";
import type { ViewConsumer } from "../types";

const columns: Column<ViewConsumer>[] = [
  {
    id: "model",
    accessorFn: (row) => `${row.modelName}@${row.modelVersion}`,
    header: "Model",
    cell: ({ row }) => <ModelLink consumer={row.original} />,
  },
  { accessorKey: "kind", header: "Kind" },
  {
    accessorKey: "viewVersion",
    header: "Reads version",
    cell: ({ row }) => `v${row.original.viewVersion}`,
  },
  {
    id: "features",
    accessorFn: (row) => row.features.length,
    header: "Inputs",
    cell: ({ row }) => <span title={row.original.features.join(", ")}>{row.original.features.length}</span>,
  },
  {
    id: "serving",
    accessorFn: (row) => Number(row.releases.some(({ isCurrent }) => isCurrent)),
    header: "Serves",
    cell: ({ row }) =>
      row.original.releases.some(({ isCurrent }) => isCurrent) ? (
        <StateWord tone="pass">serves now</StateWord>
      ) : (
        <StateWord tone="none">not serving</StateWord>
      ),
  },
  {
    id: "releases",
    accessorFn: (row) => row.releases[0]?.number ?? 0,
    header: "Releases",
    cell: ({ row }) => row.original.releases.map(({ number }) => number).join(", ") || "–",
  },
];

function ModelLink({ consumer }: { consumer: ViewConsumer }) {
  const { href } = useWorkspace();
  const { modelName, modelVersion } = consumer;
  return (
    <Link className="link font-mono text-xs" href={href(`/models/${modelName}/v/${modelVersion}`)}>
      {modelName}@{modelVersion}
    </Link>
  );
}

export function ConsumerTable({ consumers }: { consumers: readonly ViewConsumer[] }) {
  return (
    <DataTable
      label="Consumers"
      data={consumers}
      columns={columns}
      layout={{ features: { align: "right" } }}
      rowId={(row) => `${row.modelName}@${row.modelVersion}:${row.viewVersion}`}
      empty={<p className="border-line border-y py-4 text-ink-2">No registered model reads this view.</p>}
    />
  );
}
