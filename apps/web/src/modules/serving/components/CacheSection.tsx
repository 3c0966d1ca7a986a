import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { numberHead, TableHead } from "@/components/ui/TableHead";
import { formatCount, formatShare } from "@/lib/format";
import { cacheRows, type Replica } from "../presenters/fleetView";

const LABELS: Readonly<Record<string, string>> = {
  shopper_reads_under_way: "Reads of the same shopper at the same moment",
  hot_shoppers: "Shoppers read very often",
  identical_requests: "The same request within 60 s",
  precomputed_lists: "Precomputed lists",
};
/** Hit ratios over the fleet. */
export function CacheSection({ replicas }: { replicas: readonly Replica[] }) {
  const rows = cacheRows(replicas);
  if (rows.length === 0) return null;
  return (
    <Section
      title="Caches"
      verdict="What was answered without asking again, over all replicas since each started."
    >
      <ScrollRegion label="Caches">
        <table className="w-full whitespace-nowrap">
          <TableHead heads={["Cache", ...["Hits, share", "Hits", "Misses", "Entries now"].map(numberHead)]} />
          <tbody>
            {rows.map((row) => (
              <tr key={row.name} className="border-line border-b">
                <th scope="row" className="h-8 pr-6 text-left font-normal">
                  {LABELS[row.name] ?? row.name}
                </th>
                <td className="pr-6 text-right font-medium">
                  {row.hitShare === null ? (
                    <span className="text-ink-3">not asked yet</span>
                  ) : (
                    formatShare(row.hitShare)
                  )}
                </td>
                <td className="pr-6 text-right last:pr-0">{formatCount(row.hits)}</td>
                <td className="pr-6 text-right last:pr-0">{formatCount(row.misses)}</td>
                <td className="pr-6 text-right last:pr-0">{formatCount(row.entries)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </Section>
  );
}
