"use client";

import { useQuery } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { Time } from "@/components/ui/Time";
import { formatCount, formatShare } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { ImportList } from "../components/ImportList";
import { ItemSearch } from "../components/ItemSearch";
import { ReplicaFlow } from "../components/ReplicaFlow";
import { describeFlow } from "../presenters/flow";

export function CatalogPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const summary = useQuery(trpc.catalog.summary.queryOptions({ workspace }));
  const flow = useQuery(trpc.catalog.flow.queryOptions({ workspace }, { refetchInterval: 2_000 }));
  const imports = useQuery(trpc.imports.list.queryOptions({ workspace }));
  const data = summary.data;
  return (
    <Page
      title="Catalogue"
      verdict={
        data === undefined || data.nItems === 0
          ? undefined
          : `${formatCount(data.nItems)} items, ${formatShare(data.nInStock / data.nItems)} of them in stock, in ${formatCount(data.nCategories)} categories of ${formatCount(data.nBrands)} brands.`
      }
    >
      <Async query={summary} rows={3}>
        {(counts) =>
          counts.nItems === 0 ? (
            <Empty
              title="The catalogue is empty"
              command={`npx shortlist import catalog.jsonl --mapping <mapping> --workspace ${workspace}`}
            >
              Import a product feed, or send changes to PUT /v1/catalog/items of a replica.
            </Empty>
          ) : (
            <dl className="grid grid-cols-2 border-line border-y sm:grid-cols-3 lg:grid-cols-6">
              {(
                [
                  ["Items", formatCount(counts.nItems)],
                  ["In stock", formatCount(counts.nInStock)],
                  ["Out of stock", formatCount(counts.nItems - counts.nInStock)],
                  ["Restricted", formatCount(counts.nRestricted)],
                  ["Without price", formatCount(counts.nWithoutPrice)],
                  ["Last change", <Time key="t" at={counts.updatedAt} />],
                ] as const
              ).map(([name, value]) => (
                <div key={name} className="py-3 pr-4">
                  <dt className="text-ink-3">{name}</dt>
                  <dd className="mt-0.5 font-semibold text-lg">{value}</dd>
                </div>
              ))}
            </dl>
          )
        }
      </Async>
      <Section title="Find an item" verdict="Its facts, whether it may be shown, and where it was.">
        <ItemSearch />
      </Section>
      <Section title="Live changes" verdict={flow.data === undefined ? undefined : describeFlow(flow.data)}>
        <Async query={flow} rows={2}>
          {(data) =>
            data.replicas === null || data.replicas.length === 0 ? (
              <Empty title="No replica follows this catalogue">
                Changes are kept and arrive when one starts with a release of this workspace.
              </Empty>
            ) : (
              <ReplicaFlow replicas={data.replicas} />
            )
          }
        </Async>
      </Section>
      <Section title="Imports" verdict="Every file that was read, and what became of each of its rows.">
        <Async query={imports} rows={4}>
          {(all) =>
            all.length === 0 ? (
              <Empty
                title="Nothing was imported yet"
                command={`npx shortlist import events.jsonl.gz --mapping <mapping> --workspace ${workspace}`}
              >
                A mapping says which column is which; rows that do not fit are set aside with their reason,
                never dropped in silence.
              </Empty>
            ) : (
              <ImportList imports={all} />
            )
          }
        </Async>
      </Section>
    </Page>
  );
}
