"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { ItemLink } from "@/components/ui/ItemLink";
import { ItemSearchForm } from "@/components/ui/ItemSearchForm";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

/** Finds an item by the beginning of its id or words of its title, and leads to its page. */
export function ItemSearch() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [searched, setSearched] = useState("");
  const found = useQuery({
    ...trpc.catalog.search.queryOptions({ workspace, text: searched }),
    enabled: searched !== "",
  });
  return (
    <>
      <ItemSearchForm onSearch={setSearched} />
      {searched !== "" && (
        <div className="mt-3 max-w-xl">
          <Async query={found} rows={3}>
            {(items) =>
              items.length === 0 ? (
                <p className="text-ink-2">The catalogue has no such item.</p>
              ) : (
                <ul aria-label="Items found">
                  {items.map((item) => (
                    <li
                      key={item.itemId}
                      className="flex min-h-8 items-center gap-3 border-line border-b py-1"
                    >
                      <ItemLink itemId={item.itemId}>{item.title}</ItemLink>
                      <code className="font-mono text-ink-3 text-xs">{item.itemId}</code>
                    </li>
                  ))}
                </ul>
              )
            }
          </Async>
        </div>
      )}
    </>
  );
}
