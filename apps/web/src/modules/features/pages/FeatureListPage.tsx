"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { type Column, DataTable } from "@/components/ui/DataTable";
import { Page } from "@/components/ui/Page";
import { StateWord } from "@/components/ui/StateWord";
import { formatCount } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { freshnessWord } from "../presenters/freshness";
import { ENTITY_WORDS } from "../presenters/words";
import type { ViewSummary } from "../types";

const columns: Column<ViewSummary>[] = [
  { accessorKey: "name", header: "View", cell: ({ row }) => <ViewLink name={row.original.name} /> },
  { id: "entity", accessorFn: (row) => ENTITY_WORDS[row.view.entity], header: "Rows are" },
  {
    accessorKey: "version",
    header: "Version",
    cell: ({ row: { original: row } }) =>
      row.retiredAt === null ? (
        `v${row.version}`
      ) : (
        <StateWord tone="none">{`v${row.version} retired`}</StateWord>
      ),
  },
  { id: "owner", accessorFn: (row) => row.view.owner, header: "Owner" },
  { id: "mode", accessorFn: (row) => row.view.mode, header: "Mode" },
  {
    id: "freshness",
    accessorFn: (row) => row.freshness.measured?.p95Ms ?? -1,
    header: "Freshness",
    cell: ({ row }) => {
      const { tone, word } = freshnessWord(row.original.freshness);
      return (
        <span title={row.original.freshness.verdict.sentence}>
          <StateWord tone={tone}>{word}</StateWord>
        </span>
      );
    },
  },
  {
    id: "objective",
    accessorFn: (row) => row.view.freshnessObjectiveSeconds,
    header: "Objective",
    cell: ({ getValue }) => `${getValue() as number} s`,
  },
  { id: "values", accessorFn: (row) => row.view.features.length, header: "Features" },
  {
    id: "rows",
    accessorFn: (row) => row.batch?.rows ?? -1,
    header: "Rows in batch",
    cell: ({ row }) => formatCount(row.original.batch?.rows),
  },
  {
    id: "consumers",
    accessorFn: (row) => row.consumers.length,
    header: "Consumers",
    cell: ({ row }) => formatCount(row.original.consumers.length),
  },
];

const layout = {
  objective: { align: "right" },
  values: { align: "right" },
  rows: { align: "right" },
  consumers: { align: "right" },
} as const;

function ViewLink({ name }: { name: string }) {
  const { href } = useWorkspace();
  return (
    <Link className="link font-mono text-xs" href={href(`/features/${name}`)}>
      {name}
    </Link>
  );
}

export function FeatureListPage() {
  const trpc = useTRPC();
  const router = useRouter();
  const { slug: workspace, href } = useWorkspace();
  const views = useQuery(trpc.featureViews.list.queryOptions({ workspace }, { refetchInterval: 10_000 }));
  return (
    <Page
      title="Features"
      verdict={views.data === undefined || views.data.length === 0 ? undefined : listVerdict(views.data)}
      actions={
        <GuardedButton
          permission="feature:publish"
          variant="primary"
          onClick={() => router.push(href("/features/new"))}
        >
          New view
        </GuardedButton>
      }
    >
      <Async query={views} rows={5}>
        {(all) => (
          <DataTable
            label="Feature views"
            data={all}
            columns={columns}
            layout={layout}
            rowId={(row) => row.id}
            rowHref={(row) => href(`/features/${row.name}`)}
            empty={
              <Empty
                title="No feature view yet"
                command={`npx shortlist features apply shopper_activity item_engagement session_activity --workspace ${workspace}`}
              >
                A feature view turns events into values that rankers read: one definition for training, for
                the nightly batch and for the event stream. Three that suit most shops are shipped.
              </Empty>
            }
          />
        )}
      </Async>
    </Page>
  );
}

function listVerdict(views: readonly ViewSummary[]): string {
  const count = (state: ViewSummary["freshness"]["verdict"]["state"]) =>
    views.filter(({ freshness }) => freshness.verdict.state === state).length;
  const read = views.filter(({ consumers }) => consumers.length > 0).length;
  const slow = count("fail");
  const fresh = `${count("pass")} of ${views.length} views measured fresh${slow === 0 ? "" : `, ${slow} too slow`}, ${count("no_data")} without data`;
  return `${fresh}; ${read} read by a model.`;
}
