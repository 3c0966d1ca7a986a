import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { TableHead } from "@/components/ui/TableHead";

/** Fields that differ, before and after. */
export function ChangeTable({
  label,
  changes,
  heads = ["Now", "Then"],
}: {
  label: string;
  changes: readonly { field: string; before: string | null; after: string | null }[];
  heads?: readonly [string, string];
}) {
  return (
    <ScrollRegion label={label}>
      <table className="w-full whitespace-nowrap">
        <TableHead heads={["Field", ...heads]} />
        <tbody>
          {changes.map(({ field, before, after }) => (
            <tr key={field} className="border-line border-b">
              <th scope="row" className="h-8 pr-6 text-left font-mono font-normal text-xs">
                {field}
              </th>
              <td className="pr-6 text-ink-2">{before ?? "–"}</td>
              <td className="pr-6 font-medium">{after ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
