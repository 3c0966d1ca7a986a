"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Button } from "@/components/ui/Button";
import { ItemLink } from "@/components/ui/ItemLink";
import { ItemSearchForm } from "@/components/ui/ItemSearchForm";
import { Section } from "@/components/ui/Section";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { replayVerdict } from "../presenters/replayView";
import { RuleLink } from "./RuleLink";

/** Asks of any item why it is not in the list. */
export function WhyNotSection({ requestId }: { requestId: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [searched, setSearched] = useState("");
  const [itemId, setItemId] = useState<string | null>(null);
  const found = useQuery({
    ...trpc.catalog.search.queryOptions({ workspace, text: searched }),
    enabled: searched !== "",
  });
  const answer = useQuery({
    ...trpc.explain.whyNot.queryOptions({ workspace, requestId, itemId: itemId ?? "" }),
    enabled: itemId !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <Section
      title="Why not another item?"
      verdict="The first stage at which it fell out, by a replay of this request."
    >
      <ItemSearchForm
        onSearch={(text) => {
          setItemId(null);
          setSearched(text);
        }}
      />
      {searched !== "" && (
        <div className="mt-3 max-w-3xl">
          <Async query={found} rows={3}>
            {(items) => (
              <ul aria-label="Items found">
                {items.map((item) => (
                  <li
                    key={item.itemId}
                    className="flex min-h-8 items-center justify-between gap-3 border-line border-b py-1"
                  >
                    <span className="min-w-0">
                      {item.title} <code className="font-mono text-ink-3 text-xs">{item.itemId}</code>
                    </span>
                    <Button
                      variant="quiet"
                      onClick={() => setItemId(item.itemId)}
                      aria-pressed={itemId === item.itemId}
                    >
                      Why not?
                    </Button>
                  </li>
                ))}
                {items.every((item) => item.itemId !== searched) && (
                  <li className="flex min-h-8 items-center justify-between gap-3 py-1 text-ink-2">
                    <span>
                      The catalogue has no item with the id{" "}
                      <code className="font-mono text-xs">{searched}</code>
                    </span>
                    <Button variant="quiet" onClick={() => setItemId(searched)}>
                      Ask all the same
                    </Button>
                  </li>
                )}
              </ul>
            )}
          </Async>
        </div>
      )}
      {itemId !== null && (
        <div className="mt-4" data-why-not>
          <Async query={answer} rows={2}>
            {(data) => (
              <>
                <p className="max-w-prose font-medium">{data.sentence}</p>
                {!data.identical && (
                  <p className="mt-1 max-w-prose text-ink-2">
                    {replayVerdict({ ...data, scoreDifferenceMax: 0 })}
                  </p>
                )}
                <p className="mt-1 flex flex-wrap gap-x-4 text-ink-2">
                  {rulesOf(data.whyNot).map((rule) => (
                    <RuleLink key={rule} rule={rule}>
                      The rule
                    </RuleLink>
                  ))}
                  <ItemLink itemId={itemId}>The item</ItemLink>
                </p>
              </>
            )}
          </Async>
        </div>
      )}
    </Section>
  );
}

function rulesOf(whyNot: {
  stage: string;
  rule?: string | null;
  rules?: readonly string[];
}): readonly string[] {
  return whyNot.rules ?? (whyNot.rule == null ? [] : [whyNot.rule]);
}
