"use client";

import { useQuery } from "@tanstack/react-query";
import { useQueryStates } from "nuqs";
import { Async } from "@/components/async/Async";
import { Select } from "@/components/ui/Field";
import { Page } from "@/components/ui/Page";
import { SURFACE_LABELS } from "@/lib/rungs";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { Stage } from "../components/Stage";
import { defaultKeys, findShopper } from "../presenters/shopper";
import { PLAYGROUND_SURFACES, playgroundSearch } from "../search";
import type { FirstSlates } from "../types";

export function PlaygroundPage({ first }: { first: FirstSlates }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [{ a, b, surface }, setSearch] = useQueryStates(playgroundSearch);
  const shoppers = useQuery(trpc.playground.shoppers.queryOptions({ workspace }));
  return (
    <Page
      title="Playground"
      verdict="Be two shoppers at once. Click a product, put it in the cart or hide it: the event is real, and the next list shows what it changed."
      actions={
        <Select
          label="Where in the shop"
          className="flex items-center gap-2 [&>label]:mb-0 [&>label]:whitespace-nowrap"
          value={surface}
          onChange={(event) =>
            setSearch({ surface: event.target.value as (typeof PLAYGROUND_SURFACES)[number] })
          }
        >
          {PLAYGROUND_SURFACES.map((each) => (
            <option key={each} value={each}>
              {SURFACE_LABELS[each]}
            </option>
          ))}
        </Select>
      }
    >
      <Async query={shoppers} rows={12}>
        {(named) => {
          const defaults = defaultKeys(named);
          return (
            <div className="grid gap-x-8 gap-y-10 lg:grid-cols-2">
              {(["a", "b"] as const).map((side, i) => {
                const shopper = findShopper((side === "a" ? a : b) || defaults[i]!, named);
                return (
                  <Stage
                    // Another shopper or place is another session.
                    key={`${shopper.key} ${surface}`}
                    side={side}
                    shopper={shopper}
                    named={named}
                    surface={surface}
                    first={
                      first?.[side]?.key === shopper.key && first.surface === surface
                        ? first[side].slate
                        : null
                    }
                    onShopper={(key) => setSearch({ [side]: key })}
                  />
                );
              })}
            </div>
          );
        }}
      </Async>
    </Page>
  );
}
