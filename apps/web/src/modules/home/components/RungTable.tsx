import { StackedBar } from "@/components/charts/Bar";
import { Section } from "@/components/ui/Section";
import { cn } from "@/lib/cn";
import { formatCount, formatShare } from "@/lib/format";
import { RUNG_CLASSES } from "@/lib/rungs";

export function RungTable({
  rows,
  requests,
}: {
  rows: readonly { name: string; count: number; share: number }[];
  requests: number;
}) {
  return (
    <Section
      title="Answers by rung, share of requests"
      className="max-lg:mt-8 lg:mt-0"
      {...(requests === 0
        ? {}
        : {
            verdict: `${formatShare(rows[0]?.share ?? 0, 2)} of ${formatCount(requests)} ${requests === 1 ? "request" : "requests"} got the full funnel since the replicas started.`,
          })}
    >
      {requests === 0 ? (
        <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
          No requests since the replicas started.
        </p>
      ) : (
        <>
          <StackedBar
            label={rows.map(({ name, share }) => `${name} ${formatShare(share)}`).join(", ")}
            parts={rows.map((row, rung) => ({ ...row, className: RUNG_CLASSES[rung] ?? "bg-ink-3" }))}
          />
          <table className="mt-3 w-full">
            <caption className="sr-only">Requests by rung</caption>
            <tbody>
              {rows.map((row, rung) => (
                <tr key={row.name} className="border-line border-b">
                  <th scope="row" className="h-8 text-left font-normal">
                    <span
                      aria-hidden="true"
                      className={cn("mr-2 inline-block size-2.5 rounded-sm", RUNG_CLASSES[rung])}
                    />
                    {row.name}
                  </th>
                  <td className="text-right">{formatCount(row.count)}</td>
                  <td className="w-24 text-right text-ink-2">{formatShare(row.share, 2)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </>
      )}
    </Section>
  );
}
