"use client";

import { useInfiniteQuery } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { Button } from "@/components/ui/Button";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { Time } from "@/components/ui/Time";
import { shortId } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type GroupKey, reasonLabel } from "../presenters/groupView";

/** Open rows of a group as they are kept, newest first, a page at a time. */
export function RowList({ group }: { group: GroupKey }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const rows = useInfiniteQuery(
    trpc.quality.rows.infiniteQueryOptions(
      { workspace, group },
      { getNextPageParam: (page) => page.nextCursor ?? undefined },
    ),
  );
  return (
    <Section
      title="Rows"
      verdict="As they are kept: pseudonyms for ids, masks for personal data. Newest first."
    >
      <Async query={rows} rows={6}>
        {({ pages }) => {
          const shown = pages.flatMap((page) => page.rows);
          if (shown.length === 0) return <p className="text-ink-2">Every row of this group was released.</p>;
          return (
            <>
              <ol>
                {shown.map((row) => (
                  <li key={row.rowId} className="border-line border-b py-2">
                    <p className="flex flex-wrap gap-x-4">
                      <code className="font-mono text-ink-3 text-xs">{shortId(row.rowId)}</code>
                      <Time at={new Date(row.receivedAtMs)} className="text-ink-2" />
                      <span>{row.reasons.map(reasonLabel).join(", ")}</span>
                    </p>
                    {row.problems !== "" && row.problems !== row.reasons.join(",") && (
                      <p className="text-ink-2">{row.problems}</p>
                    )}
                    <ScrollRegion label={`Row ${shortId(row.rowId)}`} className="mt-1">
                      <code className="whitespace-pre font-mono text-xs">{row.raw}</code>
                    </ScrollRegion>
                  </li>
                ))}
              </ol>
              {rows.hasNextPage && (
                <Button
                  className="mt-3"
                  disabled={rows.isFetchingNextPage}
                  onClick={() => void rows.fetchNextPage()}
                >
                  {rows.isFetchingNextPage ? "Loading …" : "Older rows"}
                </Button>
              )}
            </>
          );
        }}
      </Async>
    </Section>
  );
}
