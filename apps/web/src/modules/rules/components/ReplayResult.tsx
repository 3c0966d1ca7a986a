import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { formatCount, formatShare } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";

type Impact = ApiOutputs["rules"]["replay"];

/** How the replayed requests changed, and whose items are seen more or less. */
export function ReplayResult({ impact }: { impact: Impact }) {
  const { requests, changed, replacedShare, exposure, oldestAt } = impact;
  if (requests === 0)
    return (
      <p className="text-ink-2">
        No request was logged yet: serve some first, for example in the playground.
      </p>
    );
  return (
    <>
      <p>
        {formatCount(changed)} of {formatCount(requests)} slates change ({formatShare(changed / requests)})
        {replacedShare !== null && `; in those ${formatShare(replacedShare)} of the items are new`}.
        {oldestAt !== null && (
          <span className="text-ink-3">
            {" "}
            Oldest request <Time at={oldestAt} />.
          </span>
        )}
      </p>
      {changed > 0 && (
        <table className="mt-3 w-full max-w-xl">
          <caption className="pb-1 text-left text-ink-3 text-xs">
            Positions by brand, the largest changes first; n = {formatCount(requests)} slates
          </caption>
          <TableHead
            heads={[
              "Brand",
              { label: "Before", align: "right" },
              { label: "After", align: "right" },
              { label: "Change", align: "right" },
            ]}
            gap=""
          />
          <tbody>
            {exposure.map(({ name, before, after }) => (
              <tr key={name} className="border-line border-b">
                <th scope="row" className="h-8 text-left font-normal">
                  {name}
                </th>
                <td className="text-right">{formatCount(before)}</td>
                <td className="text-right">{formatCount(after)}</td>
                <td className="text-right font-medium">
                  {after > before ? "+" : ""}
                  {formatCount(after - before)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}
