"use client";

import Link from "next/link";
import { Bar } from "@/components/charts/Bar";
import { Facts, Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { formatCount, formatShare } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { reasonLabel } from "../presenters/groupView";

type Receipt = NonNullable<ApiOutputs["quality"]["repair"]["receipt"]>;

/** What a repair changed: rows, days, reasons that remain, and feature views. */
export function ReceiptSections({ receipt }: { receipt: Receipt }) {
  const refused = Object.entries(receipt.refusedByReason).sort(([, a], [, b]) => b - a);
  return (
    <>
      <Section title="What changed">
        <Facts
          className="max-w-3xl"
          rows={[
            ["Rows", formatCount(receipt.rows)],
            ["Released", formatCount(receipt.released)],
            ["Items touched", formatCount(receipt.items)],
            ["Shoppers touched", formatCount(receipt.shoppers)],
            [
              "Types",
              Object.entries(receipt.byType)
                .map(([type, n]) => `${type} ${formatCount(n)}`)
                .join(" · ") || "–",
            ],
          ]}
        />
      </Section>
      <ShareTable
        title="Days that gained events, UTC"
        head={["Day", "Events"]}
        rows={receipt.days.map(({ day, events }) => [day, events])}
        total={receipt.released}
      />
      <ShareTable
        title="Still refused, by reason"
        head={["Reason", "Rows"]}
        rows={refused.map(([reason, n]) => [reasonLabel(reason), n])}
        total={receipt.rows}
      />
      <ViewSection views={receipt.views} />
    </>
  );
}

function ShareTable({
  title,
  head,
  rows,
  total,
}: {
  title: string;
  head: readonly [string, string];
  rows: readonly (readonly [string, number])[];
  total: number;
}) {
  if (rows.length === 0) return null;
  return (
    <Section title={`${title}; n = ${formatCount(total)}`}>
      <table className="w-full max-w-3xl">
        <thead className="text-left text-ink-3 text-xs">
          <tr>
            <th scope="col" className="h-7 w-44 font-medium">
              {head[0]}
            </th>
            <th scope="col" className="font-medium">
              <span className="sr-only">Share</span>
            </th>
            <th scope="col" className="w-32 text-right font-medium">
              {head[1]}
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, n]) => (
            <tr key={name} className="border-line border-t">
              <th scope="row" className="h-7 text-left font-normal">
                {name}
              </th>
              <td>
                <Bar share={total === 0 ? null : n / total} />
              </td>
              <td className="text-right">
                {formatCount(n)} · {formatShare(total === 0 ? null : n / total)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function ViewSection({ views }: { views: Receipt["views"] }) {
  const { href } = useWorkspace();
  return (
    <Section
      title="Feature views"
      verdict="Views that count events of these types; their own filters may leave some out. Events older than twice a view's allowed lateness reach it by a backfill."
    >
      {views.length === 0 ? (
        <p className="text-ink-2">No live view counts events of these types.</p>
      ) : (
        <table className="w-full max-w-3xl">
          <thead className="text-left text-ink-3 text-xs">
            <tr>
              <th scope="col" className="h-7 font-medium">
                View
              </th>
              <th scope="col" className="text-right font-medium">
                Folded by the stream
              </th>
              <th scope="col" className="text-right font-medium">
                Need a backfill
              </th>
            </tr>
          </thead>
          <tbody>
            {views.map(({ ref, name, folded, needBackfill }) => (
              <tr key={ref} className="border-line border-t">
                <th scope="row" className="h-8 text-left font-normal">
                  <Link className="link" href={href(`/features/${name}`)}>
                    {ref}
                  </Link>
                </th>
                <td className="text-right">{formatCount(folded)}</td>
                <td className="text-right">
                  {needBackfill === 0 ? (
                    "0"
                  ) : (
                    <StateWord tone="warn">{`${formatCount(needBackfill)}: backfill`}</StateWord>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}
