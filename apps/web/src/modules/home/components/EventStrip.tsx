"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Empty } from "@/components/async/States";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { stripEvents } from "../presenters/events";

/** What changed lately, and who changed it. */
export function EventStrip() {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const releases = useQuery(trpc.releases.list.queryOptions({ workspace }));
  const jobs = useQuery(trpc.jobs.list.queryOptions({ workspace, limit: 20 }));
  const events = stripEvents(releases.data, jobs.data);
  return (
    <Section title="Changed lately">
      {events.length === 0 ? (
        <Empty
          title="Nothing has changed yet"
          command={`npx shortlist train --workspace ${workspace} --wait`}
        >
          Releases and training runs appear here.
        </Empty>
      ) : (
        <ol className="grid grid-cols-[minmax(0,1fr)] gap-x-12 lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
          {events.map((event) => (
            <li key={event.id} className="border-line border-b">
              <Link
                href={href(event.path)}
                className="flex min-h-8 items-center gap-3 py-1 hover:bg-sunken/60"
              >
                <Time at={event.at} className="w-20 shrink-0 text-ink-3" />
                <StateWord tone={event.tone}>{event.text}</StateWord>
                <span className="ml-auto min-w-0 truncate text-ink-3">{event.who}</span>
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
