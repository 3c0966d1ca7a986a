"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { buttonClass } from "@/components/ui/Button";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Page } from "@/components/ui/Page";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDecimal } from "@/lib/format";
import { problemOf } from "@/lib/problem";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { AliasChips } from "../components/AliasChips";
import { FoundVersions } from "../components/FoundVersions";
import { SearchForm } from "../components/SearchForm";
import { headlineMetric, metricLabel } from "../presenters/evaluation";
import { describeSearch, STAGES, toSearchText } from "../presenters/search";

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

const filters = {
  text: parseAsString.withDefault(""),
  tag: parseAsString,
  alias: parseAsString,
  stage: parseAsStringLiteral(STAGES),
};

/** All models; or, while something is searched for, the versions that fit. The address keeps the search. */
export function ModelListPage() {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const [search, setSearch] = useQueryStates(filters, { urlKeys: { text: "q" }, history: "push" });
  const text = toSearchText(search);
  const isSearching = text !== "";
  const models = useQuery(trpc.models.list.queryOptions({ workspace }));
  const found = useQuery(
    trpc.models.search.queryOptions(
      { workspace, text },
      // A text that is not understood is not understood a second time either.
      { enabled: isSearching, placeholderData: keepPreviousData, retry: false },
    ),
  );
  const refusal = found.error === null ? undefined : problemOf(found.error);
  const notUnderstood = refusal?.fields.find(({ field }) => field === "search")?.problem;
  const isEmpty = models.data?.length === 0;
  return (
    <Page
      title="Models"
      verdict={isSearching ? foundVerdict(found.data) : servedVerdict(models.data)}
      actions={
        <Link className={buttonClass("secondary")} href={href("/models/new")}>
          Register a model
        </Link>
      }
    >
      {!(isEmpty && !isSearching) && (
        <SearchForm search={search} problem={notUnderstood} onSearch={(changed) => void setSearch(changed)} />
      )}
      {notUnderstood !== undefined ? null : isSearching ? (
        <Async query={found} rows={6}>
          {(data) => (
            <FoundVersions
              found={data}
              filters={describeSearch(search)}
              isArchivedAsked={text.includes("is:archived")}
              onClear={() => void setSearch(null)}
            />
          )}
        </Async>
      ) : (
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
      )}
    </Page>
  );
}

function servedVerdict(models: readonly Model[] | undefined): string | undefined {
  if (models === undefined || models.length === 0) return undefined;
  const served = models.filter(({ serving }) => serving !== null).length;
  return `${served} of ${models.length} models serve in the current release.`;
}

function foundVerdict(found: ApiOutputs["models"]["search"] | undefined): string | undefined {
  if (found === undefined) return undefined;
  const { nFound, versions, isCut } = found;
  const fit = nFound === 1 ? "1 version fits" : `${formatCount(nFound)} versions fit`;
  const shown = nFound > versions.length ? `; the newest ${versions.length} are shown` : "";
  return `${fit}${shown}${isCut ? "; only the newest 5,000 versions are searched" : ""}.`;
}
