"use client";

import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { createMoveMarks, SlateList } from "@/components/slate/SlateList";
import { Select } from "@/components/ui/Field";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDecimal, formatMs, formatShare } from "@/lib/format";
import { surfaceLabel } from "@/lib/rungs";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type Shadow = ApiOutputs["rollouts"]["shadow"];
type Stats = NonNullable<Shadow["total"]>;

/** Head, and what of the figures stands below it. */
const COLUMNS: readonly (readonly [head: string, read: (stats: Stats) => string])[] = [
  ["n", ({ n }) => formatCount(n)],
  ["Same items, Jaccard", ({ overlapMean }) => formatDecimal(overlapMean, 3)],
  ["And order, RBO", ({ rankOverlapMean }) => formatDecimal(rankOverlapMean, 3)],
  ["Items shown at all", ({ coverage }) => pair(coverage, formatCount)],
  ["Popularity", ({ popularity }) => pair(popularity, (share) => formatShare(share))],
  ["First score, median", ({ score }) => pair(score, (value) => formatDecimal(value, 3))],
  ["p50", ({ latencyMs }) => pair(sideOf(latencyMs, "p50"), formatMs)],
  ["p99", ({ latencyMs }) => pair(sideOf(latencyMs, "p99"), formatMs)],
  ["Fallbacks", ({ fallback }) => pair(fallback, formatCount)],
  ["Failed", ({ failed }) => formatCount(failed)],
  ["Gate violations", ({ gateViolations }) => formatCount(gateViolations)],
  ["Scores no numbers", ({ nonFinite }) => formatCount(nonFinite)],
];

function pair<T>(both: { served: T; candidate: T }, format: (value: T) => string): string {
  return `${format(both.served)} → ${format(both.candidate)}`;
}

function sideOf({ served, candidate }: Stats["latencyMs"], which: "p50" | "p99") {
  return { served: served[which], candidate: candidate[which] };
}

/** What the candidate would have answered, against what shoppers were given. */
export function ShadowSection({ number, isLive }: { number: number; isLive: boolean }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const shadow = useQuery({
    ...trpc.rollouts.shadow.queryOptions({ workspace, number }),
    placeholderData: keepPreviousData,
    refetchInterval: isLive ? 10_000 : false,
  });
  return (
    <Section
      title="Shadow"
      verdict={
        shadow.data === undefined
          ? undefined
          : shadow.data.total === null
            ? "No request was answered by both releases."
            : `${formatCount(shadow.data.nCompared)} requests were answered by both releases; shoppers got the served one. Jaccard says which items changed, RBO also where they stand; 1 is the same slate. Arrows go from the served release to the candidate.`
      }
    >
      <Async query={shadow} rows={4}>
        {(data) => (data.total === null ? null : <ShadowResult shadow={data} total={data.total} />)}
      </Async>
    </Section>
  );
}

function ShadowResult({ shadow, total }: { shadow: Shadow; total: Stats }) {
  const [chosen, setChosen] = useState(0);
  const worst = shadow.worst[chosen] ?? shadow.worst[0];
  return (
    <>
      <ScrollRegion label="Shadow by segment">
        <table className="w-full">
          <TableHead heads={["Requests", ...COLUMNS.map(([head]) => head)]} gap="pr-5" />
          <tbody>
            <StatsRow name="all" stats={total} />
            {shadow.segments.map(({ by, name, stats }) => (
              <StatsRow key={`${by} ${name}`} name={`${by}: ${name.replaceAll("_", " ")}`} stats={stats} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {worst !== undefined && (
        <div className="mt-5">
          <Select
            label="Requests that change most"
            value={String(chosen)}
            onChange={(event) => setChosen(Number(event.target.value))}
            className="mb-3 max-w-md"
          >
            {shadow.worst.map(({ requestId, surface, overlap }, i) => (
              <option key={requestId} value={i}>
                {`${surfaceLabel(surface)}, Jaccard ${formatDecimal(overlap, 2)}, ${requestId.slice(0, 8)}`}
              </option>
            ))}
          </Select>
          <SlateDiff worst={worst} />
        </div>
      )}
    </>
  );
}

function StatsRow({ name, stats }: { name: string; stats: Stats }) {
  return (
    <tr className="border-line border-b">
      <th scope="row" className="h-8 whitespace-nowrap pr-5 text-left font-normal">
        {name}
      </th>
      {COLUMNS.map(([head, read]) => (
        <td key={head} className="whitespace-nowrap pr-5">
          {read(stats)}
        </td>
      ))}
    </tr>
  );
}

function SlateDiff({ worst }: { worst: Shadow["worst"][number] }) {
  const { href } = useWorkspace();
  return (
    <>
      <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
        <SlateList title="Served" items={worst.served.items} />
        <SlateList
          title="Candidate"
          items={worst.candidate.items}
          markOf={createMoveMarks(worst.served.items)}
        />
      </div>
      <p className="mt-2">
        <Link className="link" href={href(`/explain/${encodeURIComponent(worst.requestId)}`)}>
          Explain what was served
        </Link>
      </p>
    </>
  );
}
