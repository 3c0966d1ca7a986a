"use client";

import { useQuery } from "@tanstack/react-query";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Button } from "@/components/ui/Button";
import { CsvButton } from "@/components/ui/CsvButton";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type Replay, replayVerdict, STAGES, stageRanks } from "../presenters/replayView";
import { RankTable } from "./RankTable";
import { RuleLink } from "./RuleLink";

/** Makes the slate once more on a replica and shows where every item stood after each stage. */
export function ReplaySection({ requestId }: { requestId: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [isAsked, setIsAsked] = useState(false);
  const replay = useQuery({
    ...trpc.explain.replay.queryOptions({ workspace, requestId }),
    enabled: isAsked,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  return (
    <Section
      title="Replay"
      verdict="Makes the slate once more from its record, by the same funnel, and follows every item from stage to stage. Nothing is logged."
      actions={
        <>
          {replay.data !== undefined && <RanksCsv requestId={requestId} replay={replay.data} />}
          <Button
            onClick={() => (isAsked ? void replay.refetch() : setIsAsked(true))}
            disabled={replay.isFetching}
          >
            <RotateCcw className="size-3.5" aria-hidden="true" />
            {isAsked ? "Replay again" : "Replay"}
          </Button>
        </>
      }
    >
      {isAsked && (
        <Async query={replay} rows={8}>
          {(data) => (
            <>
              <p className="mb-3" data-verdict>
                <StateWord tone={data.identical ? "pass" : "warn"}>
                  {data.identical ? "Identical" : "Differs"}
                </StateWord>
                <span className="ml-3 text-ink-2">{replayVerdict(data)}</span>
              </p>
              <p className="mb-3 text-ink-2">
                Sources named {formatCount(data.nNamed)} items; {formatCount(data.nCandidates)} became
                candidates and {formatCount(data.nRanked)} were ranked.
              </p>
              <RankTable items={data.items} />
              <RuleTrace replay={data} />
            </>
          )}
        </Async>
      )}
    </Section>
  );
}

function RanksCsv({ requestId, replay }: { requestId: string; replay: Replay }) {
  return (
    <CsvButton
      fileName={`${requestId}-ranks.csv`}
      header={["item", ...STAGES.map(([, name]) => name), "slate"]}
      rows={replay.items.map((item) => [item.itemId, ...stageRanks(item).map(({ rank }) => rank ?? "")])}
    />
  );
}

function RuleTrace({ replay: { ruleHits, droppedByRules } }: { replay: Replay }) {
  if (ruleHits.length === 0) return <p className="mt-4 text-ink-2">No rule was about this request.</p>;
  const dropped = new Map(droppedByRules.map(({ rule, items }) => [rule, items]));
  return (
    <table className="mt-4 w-full max-w-2xl">
      <caption className="mb-1 text-left font-medium">Rules that were about this request</caption>
      <TableHead
        heads={[
          "Rule",
          "Effect",
          { label: "Items it had a part in", align: "right" },
          { label: "Dropped", align: "right" },
        ]}
        gap="px-3"
      />
      <tbody>
        {ruleHits.map(({ rule, effect, items }) => (
          <tr key={rule} className="border-line border-b">
            <th scope="row" className="h-8 text-left font-normal">
              <RuleLink rule={rule} />
            </th>
            <td className="px-3">{effect.replaceAll("_", " ")}</td>
            <td className="px-3 text-right">{formatCount(items)}</td>
            <td className="text-right">{formatCount(dropped.get(rule) ?? 0)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
