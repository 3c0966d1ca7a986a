"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatBytes, formatCount, formatDecimal, shortId } from "@/lib/format";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { AliasChips } from "../components/AliasChips";
import { AliasSection } from "../components/AliasSection";
import { MetricHistory } from "../components/MetricHistory";
import { ServingStrip } from "../components/ServingStrip";
import { headlineMetric, metricLabel } from "../presenters/evaluation";

type Version = ApiOutputs["models"]["get"]["versions"][number];

function columnsFor(model: string, metric: string | null): Column<Version>[] {
  return [
    {
      accessorKey: "version",
      header: "Version",
      cell: ({ row }) => <VersionLink model={model} version={row.original.version} />,
    },
    {
      id: "isServing",
      accessorFn: (row) => Number(row.isServing),
      header: "State",
      cell: ({ row }) =>
        row.original.isServing ? (
          <StateWord tone="pass">serves</StateWord>
        ) : (
          <StateWord tone="none">{row.original.archivedAt === null ? "idle" : "archived"}</StateWord>
        ),
    },
    {
      id: "aliases",
      accessorFn: (row) => row.aliases.join(),
      header: "Aliases",
      cell: ({ row }) => <AliasChips aliases={row.original.aliases} />,
    },
    {
      id: "metric",
      accessorFn: (row) => (metric === null ? null : (row.evaluation?.subject.metrics[metric] ?? null)),
      header: metric === null ? "Metric" : metricLabel(metric),
      cell: ({ getValue }) => formatDecimal(getValue() as number | null),
    },
    {
      id: "users",
      accessorFn: (row) => row.evaluation?.subject.users ?? null,
      header: "n",
      cell: ({ getValue }) => formatCount(getValue() as number | null),
    },
    {
      id: "bytes",
      accessorFn: (row) => row.artifacts.reduce((sum, { bytes }) => sum + bytes, 0),
      header: "Size",
      cell: ({ getValue }) => formatBytes(getValue() as number),
    },
    {
      id: "createdAt",
      accessorFn: (row) => row.createdAt.getTime(),
      header: "Made",
      cell: ({ row }) => <Time at={row.original.createdAt} className="text-ink-2" />,
    },
    { accessorKey: "createdBy", header: "By" },
    {
      accessorKey: "manifestSha256",
      header: "Manifest",
      cell: ({ row }) => (
        <Mono title={row.original.manifestSha256} className="text-ink-3">
          {shortId(row.original.manifestSha256)}
        </Mono>
      ),
    },
  ];
}

const layout = { metric: { align: "right" }, users: { align: "right" }, bytes: { align: "right" } } as const;

function VersionLink({ model, version }: { model: string; version: number }) {
  const { href } = useWorkspace();
  return (
    <Link className="link font-mono text-xs" href={href(`/models/${model}/v/${version}`)}>
      v{version}
    </Link>
  );
}

export function ModelPage({ name }: { name: string }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const model = useQuery(trpc.models.get.queryOptions({ workspace, name }));
  return (
    <Page title={<Mono className="text-lg">{name}</Mono>} verdict={model.data?.description}>
      <Async query={model} rows={8}>
        {(data) => {
          const metric = headlineMetric(data.versions[0]?.evaluation ?? null);
          return (
            <>
              <ServingStrip periods={data.servingHistory} />
              {metric !== null && <MetricHistory metric={metric} versions={data.versions} model={name} />}
              <Section title="Versions">
                <DataTable
                  label="Versions"
                  data={data.versions}
                  columns={columnsFor(name, metric)}
                  layout={layout}
                  rowId={(row) => row.id}
                  rowHref={(row) => href(`/models/${name}/v/${row.version}`)}
                />
              </Section>
              <AliasSection name={name} versions={data.versions.map(({ version }) => version)} />
            </>
          );
        }}
      </Async>
    </Page>
  );
}
