"use client";

import { useQuery } from "@tanstack/react-query";
import { useRouter, useSearchParams } from "next/navigation";
import { Async } from "@/components/async/Async";
import { Empty, FilteredOut } from "@/components/async/States";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { formatCount, formatShare } from "@/lib/format";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { FindShopper } from "../components/FindShopper";
import { LinkTable } from "../components/LinkTable";
import { UnlinkTable } from "../components/UnlinkTable";
import { readLinkFilter } from "../linkFilter";

type Summary = NonNullable<ApiOutputs["identity"]["summary"]>;

export function IdentityPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const router = useRouter();
  const search = useSearchParams();
  const filter = readLinkFilter({ shared: search.get("shared"), shopper: search.get("shopper") });
  const summary = useQuery(trpc.identity.summary.queryOptions({ workspace }));
  const links = useQuery(trpc.identity.links.queryOptions({ workspace, ...filter }));
  const unlinks = useQuery(trpc.identity.unlinks.queryOptions({ workspace }));
  const path = `/w/${workspace}/identity`;
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <Page
      title="Identity"
      verdict={
        summary.data == null
          ? undefined
          : `${formatShare(summary.data.nKnownEvents / summary.data.nEvents)} of ${formatCount(summary.data.nEvents)} events belong to someone who signed in; devices lead to people, never one person to another.`
      }
    >
      <Async query={summary} rows={3}>
        {(figures) =>
          figures === null ? (
            <Empty
              title="No events are archived yet"
              command={`npx shortlist import events.jsonl.gz --mapping <mapping> --workspace ${workspace}`}
            >
              Links are read from events that carry a user id and an anonymous id together, such as sign_in.
            </Empty>
          ) : (
            <Figures figures={figures} />
          )
        }
      </Async>
      <Section
        title="Find a shopper"
        verdict="By the id that your shop knows. It is hashed at once and kept nowhere."
      >
        <FindShopper onShow={(shopper) => router.push(`${path}?shopper=${shopper}`)} />
      </Section>
      <Section title="Links" verdict="Which device was whose, on what evidence; the newest 100.">
        <p className="mb-3 flex flex-wrap gap-x-4">
          <label className="inline-flex items-center gap-2">
            <input
              type="checkbox"
              checked={filter.onlyShared === true}
              onChange={(event) => router.replace(event.target.checked ? `${path}?shared=1` : path)}
            />
            Only devices that several people use
          </label>
        </p>
        <Async query={links} rows={6}>
          {(all) =>
            all.length > 0 ? (
              <LinkTable links={all} />
            ) : isFiltered ? (
              <FilteredOut
                filters={filter.shopper === undefined ? "only shared devices" : `shopper ${filter.shopper}`}
                onClear={() => router.replace(path)}
              />
            ) : (
              <Empty title="No links yet">
                Send userId and anonymousId together, at the latest with the sign_in event, and what a visitor
                did before signing in is theirs.
              </Empty>
            )
          }
        </Async>
      </Section>
      <Section title="Taken apart" verdict="Links that people found wrong; their evidence counts no more.">
        <Async query={unlinks} rows={2}>
          {(all) => (all.length === 0 ? <p className="text-ink-2">None.</p> : <UnlinkTable unlinks={all} />)}
        </Async>
      </Section>
    </Page>
  );
}

function Figures({ figures }: { figures: Summary }) {
  const entries = [
    ["Shoppers seen", formatCount(figures.nPseudonyms)],
    ["People with a device", formatCount(figures.nLinkedPeople)],
    ["… with several", formatCount(figures.nPeopleWithSeveralDevices)],
    ["Shared devices", formatCount(figures.nSharedDevices)],
    ["Events joined to a person", formatCount(figures.nJoinedEvents)],
    ["Opted out", formatCount(figures.nOptedOut)],
  ] as const;
  return (
    <dl className="grid grid-cols-2 border-line border-y sm:grid-cols-3 lg:grid-cols-6">
      {entries.map(([name, value]) => (
        <div key={name} className="py-3 pr-4">
          <dt className="text-ink-3">{name}</dt>
          <dd className="mt-0.5 font-semibold text-lg">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
