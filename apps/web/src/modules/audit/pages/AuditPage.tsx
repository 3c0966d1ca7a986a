"use client";

import { AUDIT_KINDS } from "@shortlist/contracts/vocabulary";
import { useInfiniteQuery } from "@tanstack/react-query";
import Link from "next/link";
import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Async } from "@/components/async/Async";
import { Empty, FilteredOut } from "@/components/async/States";
import { Button } from "@/components/ui/Button";
import { Select } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type AuditEvent = ApiOutputs["audit"]["list"]["events"][number];
/** Who changed what, when and why, over everything that can be changed. */
export function AuditPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [{ kind, actor }, setFilter] = useQueryStates({
    kind: parseAsStringLiteral(AUDIT_KINDS),
    actor: parseAsString,
  });
  const pages = useInfiniteQuery(
    trpc.audit.list.infiniteQueryOptions(
      { workspace, kind, actor },
      { getNextPageParam: ({ nextCursor }) => nextCursor },
    ),
  );
  const isFiltered = kind !== null || actor !== null;
  return (
    <Page
      title="Audit"
      verdict="Every change with who made it and why, newest first. Rows are written with the change itself and never altered."
      actions={
        <>
          <Select
            label="Of"
            value={kind ?? ""}
            onChange={(event) =>
              void setFilter({ kind: AUDIT_KINDS.find((each) => each === event.target.value) ?? null })
            }
            className="flex items-center gap-2 [&_label]:mb-0"
          >
            <option value="">everything</option>
            {AUDIT_KINDS.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </Select>
          {actor !== null && (
            <Button onClick={() => void setFilter({ actor: null })}>Not only {actor}</Button>
          )}
        </>
      }
    >
      <Async query={pages} rows={12}>
        {(data) => {
          const events = data.pages.flatMap((page) => page.events);
          if (events.length === 0)
            return isFiltered ? (
              <FilteredOut
                filters={[kind, actor].filter((each) => each !== null).join(" by ")}
                onClear={() => void setFilter({ kind: null, actor: null })}
              />
            ) : (
              <Empty
                title="Nothing was changed yet"
                command={`npx shortlist train --workspace ${workspace} --wait`}
              >
                Releases, rollouts, rules, switches, settings, keys and members leave an entry here.
              </Empty>
            );
          return (
            <>
              <EventTable events={events} onActor={(name) => void setFilter({ actor: name })} />
              {pages.hasNextPage && (
                <Button
                  className="mt-4"
                  disabled={pages.isFetchingNextPage}
                  onClick={() => void pages.fetchNextPage()}
                >
                  {pages.isFetchingNextPage ? "Loading …" : "Older ones"}
                </Button>
              )}
            </>
          );
        }}
      </Async>
    </Page>
  );
}

function EventTable({
  events,
  onActor,
}: {
  events: readonly AuditEvent[];
  onActor: (actor: string) => void;
}) {
  const { href } = useWorkspace();
  return (
    <ScrollRegion label="Changes">
      <table className="w-full">
        <TableHead heads={["When", "Of", "What", "By", "Why"]} />
        <tbody>
          {events.map((event) => (
            <tr key={`${event.kind} ${event.id}`} className="border-line border-b">
              <td className="h-8 whitespace-nowrap pr-6">
                <Time at={event.at} />
              </td>
              <td className="whitespace-nowrap pr-6 text-ink-2">{event.kind}</td>
              <td className="pr-6">
                {event.path === null ? (
                  event.what
                ) : (
                  <Link className="link" href={href(event.path)}>
                    {event.what}
                  </Link>
                )}
              </td>
              <td className="whitespace-nowrap pr-6">
                <button
                  type="button"
                  className="hover:underline"
                  title={`Only changes by ${event.actor}`}
                  onClick={() => onActor(event.actor)}
                >
                  {event.actor}
                </button>
              </td>
              <td className="text-ink-2">{event.reason || "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
