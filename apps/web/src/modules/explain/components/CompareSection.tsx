"use client";

import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Select } from "@/components/ui/Field";
import { ItemLink } from "@/components/ui/ItemLink";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { TableHead } from "@/components/ui/TableHead";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { type Comparison, compareVerdict } from "../presenters/replayView";

/** What another version of a ranker would have made of the same candidates. */
export function CompareSection({ requestId, modelVersion }: { requestId: string; modelVersion: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const [chosen, setChosen] = useState("");
  const models = useQuery(trpc.models.list.queryOptions({ workspace }));
  const [name, version] = chosen.split("@") as [string, string | undefined];
  const comparison = useQuery({
    ...trpc.explain.compare.queryOptions({
      workspace,
      requestId,
      model: { name, version: Number(version ?? 1) },
    }),
    enabled: chosen !== "",
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const versions = (models.data ?? [])
    .filter(({ kind }) => kind === "ranker")
    .flatMap(({ name: model, latest }) =>
      Array.from({ length: latest?.version ?? 0 }, (_, i) => `${model}@${(latest?.version ?? 0) - i}`),
    );
  return (
    <Section
      title="Compare with another version"
      verdict="The same candidates with the same features, in the order of another ranker. It has to read the same features."
    >
      <Select
        className="max-w-xs"
        label="Version"
        value={chosen}
        onChange={(event) => setChosen(event.target.value)}
      >
        <option value="">Choose a version</option>
        {versions.map((ref) => (
          <option key={ref} value={ref}>
            {ref === modelVersion ? `${ref} (ranked this request)` : ref}
          </option>
        ))}
      </Select>
      {chosen !== "" && (
        <div className="mt-3">
          <Async query={comparison} rows={6}>
            {(data) => (
              <>
                <p className="mb-3 max-w-prose" data-compare-verdict>
                  {compareVerdict(data)}
                </p>
                <OrderTable comparison={data} />
              </>
            )}
          </Async>
        </div>
      )}
    </Section>
  );
}

function OrderTable({ comparison: { rows, n, ranker, other } }: { comparison: Comparison }) {
  return (
    <ScrollRegion label="Both orders">
      <table className="w-full max-w-3xl">
        <caption className="sr-only">Ranks of both versions</caption>
        <TableHead
          heads={["Item", { label: ranker, align: "right" }, { label: other, align: "right" }, "Change"]}
          gap="px-3"
        />
        <tbody>
          {rows.map(({ itemId, rank, otherRank, item }) => (
            <tr key={itemId} className="border-line border-b">
              <th scope="row" className="h-8 min-w-48 text-left font-normal">
                <ItemLink itemId={itemId}>{item?.title ?? itemId}</ItemLink>
              </th>
              <td className="px-3 text-right">{rank}</td>
              <td className="px-3 text-right">{otherRank}</td>
              <td className="whitespace-nowrap px-3 text-ink-2">{changeText(rank, otherRank, n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function changeText(rank: number, otherRank: number, n: number): string {
  if (rank > n) return "enters";
  if (otherRank > n) return "leaves";
  const moved = rank - otherRank;
  return moved === 0 ? "stays" : moved > 0 ? `▲ up ${moved}` : `▼ down ${-moved}`;
}
