import Link from "next/link";
import { FilteredOut } from "@/components/async/States";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDecimal } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { headlineMetric, metricLabel } from "../presenters/evaluation";
import { AliasChips } from "./AliasChips";

type Found = ApiOutputs["models"]["search"];
type Version = Found["versions"][number];

const columns: Column<Version>[] = [
  {
    id: "ref",
    accessorFn: ({ name, version }) => `${name}@${String(version).padStart(6, "0")}`,
    header: "Version",
    cell: ({ row }) => <VersionLink {...row.original} />,
  },
  { accessorKey: "kind", header: "Kind" },
  {
    id: "stage",
    accessorFn: ({ isServing }) => Number(isServing),
    header: "Stage",
    cell: ({ row: { original: version } }) =>
      version.isServing ? (
        <StateWord tone="pass">serves</StateWord>
      ) : (
        <StateWord tone="none">{version.archivedAt === null ? "idle" : "archived"}</StateWord>
      ),
  },
  {
    id: "aliases",
    accessorFn: ({ aliases }) => aliases.join(),
    header: "Aliases",
    cell: ({ row }) => <AliasChips aliases={row.original.aliases} />,
  },
  {
    id: "tags",
    accessorFn: ({ tags }) => tags.map(({ key, value }) => `${key}=${value}`).join(" "),
    header: "Tags",
    cell: ({ getValue }) => <Mono>{String(getValue()) || "–"}</Mono>,
  },
  {
    id: "metric",
    accessorFn: (row) => metricOf(row)?.value ?? -1,
    header: "Offline",
    cell: ({ row }) => <Metric version={row.original} />,
  },
  {
    id: "users",
    accessorFn: ({ evaluation }) => evaluation?.subject.users ?? 0,
    header: "n",
    cell: ({ row }) => formatCount(row.original.evaluation?.subject.users),
  },
  {
    id: "createdAt",
    accessorFn: ({ createdAt }) => createdAt.getTime(),
    header: "Made",
    cell: ({ row }) => <Time at={row.original.createdAt} className="text-ink-2" />,
  },
  { accessorKey: "createdBy", header: "By" },
];

const layout = {
  metric: { align: "right" },
  users: { align: "right" },
  tags: { className: "max-w-80 truncate" },
} as const;

/** The versions that a search finds, newest first. */
export function FoundVersions({
  found,
  filters,
  isArchivedAsked,
  onClear,
}: {
  found: Found;
  filters: string;
  isArchivedAsked: boolean;
  onClear: () => void;
}) {
  const { href } = useWorkspace();
  if (found.versions.length === 0)
    return (
      <>
        <FilteredOut filters={filters} onClear={onClear} />
        {!isArchivedAsked && (
          <p className="mt-3 text-ink-2">
            Archived versions are left out: choose the stage “archived” to look among them.
          </p>
        )}
      </>
    );
  return (
    <DataTable
      label="Versions found"
      data={found.versions}
      columns={columns}
      layout={layout}
      rowId={({ id }) => id}
      rowHref={({ name, version }) => href(`/models/${name}/v/${version}`)}
    />
  );
}

function VersionLink({ name, version }: Version) {
  const { href } = useWorkspace();
  return (
    <Link className="link font-mono text-xs" href={href(`/models/${name}/v/${version}`)}>
      {name}@{version}
    </Link>
  );
}

function metricOf({ evaluation }: Version): { key: string; value: number | null } | null {
  const key = headlineMetric(evaluation);
  return key === null ? null : { key, value: evaluation?.subject.metrics[key] ?? null };
}

function Metric({ version }: { version: Version }) {
  const metric = metricOf(version);
  if (metric === null) return <span className="text-ink-3">not evaluated</span>;
  return (
    <>
      <span className="text-ink-3">{metricLabel(metric.key)}</span> {formatDecimal(metric.value)}
    </>
  );
}
