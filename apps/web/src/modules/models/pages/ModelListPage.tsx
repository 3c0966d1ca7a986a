"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { buttonClass } from "@/components/ui/Button";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Page } from "@/components/ui/Page";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDecimal } from "@/lib/format";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { AliasChips } from "../components/AliasChips";
import { headlineMetric, metricLabel } from "../presenters/evaluation";

type Model = ApiOutputs["models"]["list"][number];

const columns: Column<Model>[] = [
  { accessorKey: "name", header: "Model", cell: ({ row }) => <ModelLink name={row.original.name} /> },
  { accessorKey: "kind", header: "Kind" },
  {
    id: "serving",
    accessorFn: (row) => row.serving?.version ?? 0,
    header: "Serves",
    cell: ({ row: { original: model } }) =>
      model.serving === null ? (
        <StateWord tone="none">not served</StateWord>
      ) : (
        <StateWord tone="pass">{`v${model.serving.version} in release ${model.serving.releaseNumber}`}</StateWord>
      ),
  },
  {
    id: "since",
    accessorFn: (row) => row.serving?.since.getTime() ?? 0,
    header: "Since",
    cell: ({ row }) => <Time at={row.original.serving?.since} className="text-ink-2" />,
  },
  {
    id: "aliases",
    accessorFn: (row) => row.aliases.length,
    header: "Aliases",
    cell: ({ row }) => (
      <AliasChips aliases={row.original.aliases.map(({ alias, version }) => `${alias} v${version}`)} />
    ),
  },
  { accessorKey: "nVersions", header: "Versions" },
  {
    id: "metric",
    accessorFn: (row) => metricOf(row)?.value ?? -1,
    header: "Newest version, offline",
    cell: ({ row }) => <Metric model={row.original} />,
  },
  {
    id: "users",
    accessorFn: (row) => row.latest?.evaluation?.subject.users ?? 0,
    header: "n",
    cell: ({ row }) => formatCount(row.original.latest?.evaluation?.subject.users),
  },
  { accessorKey: "description", header: "What it is" },
];

const layout = {
  nVersions: { align: "right" },
  metric: { align: "right" },
  users: { align: "right" },
  description: { className: "max-w-80 truncate text-ink-2" },
} as const;

function metricOf(model: Model): { key: string; value: number | null } | null {
  const evaluation = model.latest?.evaluation ?? null;
  const key = headlineMetric(evaluation);
  return key === null ? null : { key, value: evaluation?.subject.metrics[key] ?? null };
}

function Metric({ model }: { model: Model }) {
  const metric = metricOf(model);
  if (metric === null) return <span className="text-ink-3">not evaluated</span>;
  return (
    <>
      <span className="text-ink-3">
        v{model.latest?.version} {metricLabel(metric.key)}
      </span>{" "}
      {formatDecimal(metric.value)}
    </>
  );
}

function ModelLink({ name }: { name: string }) {
  const { href } = useWorkspace();
  return (
    <Link className="link font-mono text-xs" href={href(`/models/${name}`)}>
      {name}
    </Link>
  );
}

export function ModelListPage() {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const models = useQuery(trpc.models.list.queryOptions({ workspace }));
  const served = models.data?.filter(({ serving }) => serving !== null).length ?? 0;
  return (
    <Page
      title="Models"
      verdict={
        models.data === undefined || models.data.length === 0
          ? undefined
          : `${served} of ${models.data.length} models serve in the current release.`
      }
      actions={
        <Link className={buttonClass("secondary")} href={href("/models/new")}>
          Register a model
        </Link>
      }
    >
      <Async query={models} rows={6}>
        {(all) => (
          <DataTable
            label="Models"
            data={all}
            columns={columns}
            layout={layout}
            rowId={(row) => row.id}
            rowHref={(row) => href(`/models/${row.name}`)}
            empty={
              <Empty title="No model yet" command={`npx shortlist train --workspace ${workspace} --wait`}>
                A training run makes the recommenders and the ranker from the imported log, and registers a
                version of each.
              </Empty>
            }
          />
        )}
      </Async>
    </Page>
  );
}
