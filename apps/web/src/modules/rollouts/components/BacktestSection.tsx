"use client";

import { useMutation } from "@tanstack/react-query";
import { Button } from "@/components/ui/Button";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDecimal, formatShare } from "@/lib/format";
import { problemText } from "@/lib/problem";
import { surfaceLabel } from "@/lib/rungs";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Backtest = ApiOutputs["rollouts"]["backtest"];
const REQUESTS = 30;

/** Recorded requests once more with the candidate's order, before any shopper gets it. */
export function BacktestSection({ ranker }: { ranker: { name: string; version: number } }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const backtest = useMutation(trpc.rollouts.backtest.mutationOptions());
  return (
    <Section
      title="Back-test"
      verdict={`The last ${REQUESTS} requests that a ranker scored, their candidates made again by a replica and ordered by ${ranker.name}@${ranker.version}. It says how much would change, not whether for the better.`}
      actions={
        <Button
          disabled={backtest.isPending}
          onClick={() => backtest.mutate({ workspace, ranker, requests: REQUESTS })}
        >
          {backtest.isPending ? "Testing …" : "Test on recorded requests"}
        </Button>
      }
    >
      <div aria-live="polite">
        {backtest.error !== null && (
          <p role="alert" className="text-harm">
            {problemText(backtest.error)}
          </p>
        )}
        {backtest.data !== undefined && <Result result={backtest.data} />}
      </div>
    </Section>
  );
}

function Result({ result }: { result: Backtest }) {
  const rows = [
    { name: "all", stats: result.total },
    ...result.surfaces.map(({ surface, stats }) => ({ name: surfaceLabel(surface), stats })),
  ];
  return (
    <>
      <ScrollRegion label="Back-test by surface">
        <table className="w-full">
          <TableHead
            heads={[
              "Requests",
              "n",
              "Same items, Jaccard",
              "And order, RBO",
              "Another first item",
              "Same slate",
              "Items shown at all",
            ]}
            gap="pr-5"
          />
          <tbody>
            {rows.map(({ name, stats }) => (
              <tr key={name} className="border-line border-b">
                <th scope="row" className="h-8 whitespace-nowrap pr-5 text-left font-normal">
                  {name}
                </th>
                <td className="pr-5">{formatCount(stats.n)}</td>
                <td className="pr-5">{formatDecimal(stats.overlapMean, 3)}</td>
                <td className="pr-5">{formatDecimal(stats.rankOverlapMean, 3)}</td>
                <td className="pr-5">{formatShare(stats.firstChangedShare)}</td>
                <td className="pr-5">{formatShare(stats.identicalShare)}</td>
                <td>{`${formatCount(stats.shown.served)} → ${formatCount(stats.shown.candidate)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {result.refused.map(({ reason, requests }) => (
        <p key={reason} className="mt-2 text-ink-2">
          {requests} not compared: {reason}
        </p>
      ))}
      {result.notReached > 0 && (
        <p className="mt-2 text-ink-2">{result.notReached} were not reached within 20 seconds.</p>
      )}
    </>
  );
}
