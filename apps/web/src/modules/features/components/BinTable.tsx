import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { formatCount } from "@/lib/format";
import { formatEdge } from "./HistogramBars";

/** The numbers behind a histogram. */
export function BinTable({
  name,
  edges,
  columns,
}: {
  name: string;
  edges: readonly number[];
  columns: readonly { readonly header: string; readonly counts: readonly number[] }[];
}) {
  return (
    <details className="mt-1 text-xs">
      <summary className="cursor-pointer text-ink-3 hover:text-ink">Table</summary>
      <ScrollRegion label={`Bins of ${name}`} className="mt-1 max-h-56 overflow-y-auto">
        <table className="w-full">
          <thead>
            <tr className="border-line border-b text-ink-3">
              <th scope="col" className="py-1 text-left font-medium">
                From
              </th>
              <th scope="col" className="py-1 text-left font-medium">
                To
              </th>
              {columns.map(({ header }) => (
                <th key={header} scope="col" className="py-1 text-right font-medium">
                  {header}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {edges.slice(0, -1).map((edge, i) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: equal edges may come twice
              <tr key={i} className="border-line border-b">
                <td className="py-0.5 font-mono">{formatEdge(edge)}</td>
                <td className="py-0.5 font-mono">{formatEdge(edges[i + 1])}</td>
                {columns.map(({ header, counts }) => (
                  <td key={header} className="py-0.5 text-right">
                    {formatCount(counts[i])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </details>
  );
}
