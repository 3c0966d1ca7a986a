"use client";

import { Bar } from "@/components/charts/Bar";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { StateWord } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { formatCount, formatDay, formatShare } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { reasonLabel } from "../presenters/groupView";
import { listChanges } from "../presenters/steps";

export type Preview = ApiOutputs["quality"]["previewRepair"];

/** What the steps would make of the group: how many pass, why the others do not, rows before and after. */
export function PreviewPanel({ preview }: { preview: Preview }) {
  const { total, sampled, passed, remaining, rows } = preview;
  if (total === 0) return <p className="text-ink-2">No open row of this group can be repaired here.</p>;
  const reasons = Object.entries(remaining).sort(([, a], [, b]) => b - a);
  return (
    <div className="flex flex-col gap-4">
      <div>
        <p className="font-medium">
          {formatCount(passed)} of {formatCount(sampled)} rows would pass
          {sampled < total && `, of ${formatCount(total)} in the group`}
        </p>
        <span className="mt-1 flex items-center gap-2">
          <Bar share={passed / sampled} className="bg-pass" />
          <span className="w-16 text-right">{formatShare(passed / sampled)}</span>
        </span>
        {passed > 0 && (
          <p className="mt-1 text-ink-3">
            {formatCount(preview.items)} items, {formatCount(preview.shoppers)} shoppers,{" "}
            {formatDay(preview.firstAt)} to {formatDay(preview.lastAt)}
            {sampled < total && ", in the sample"}
          </p>
        )}
      </div>
      {reasons.length > 0 && (
        <table className="w-full">
          <caption className="pb-1 text-left text-ink-3 text-xs">
            Still refused, by reason; n = {formatCount(sampled)}
          </caption>
          <tbody>
            {reasons.map(([reason, n]) => (
              <tr key={reason} className="border-line border-t">
                <th scope="row" className="h-7 text-left font-normal">
                  {reasonLabel(reason)}
                </th>
                <td className="text-right">{formatCount(n)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <ScrollRegion label="Rows before and after">
        <table className="w-full border-collapse">
          <caption className="pb-1 text-left text-ink-3 text-xs">
            {rows.length} rows: what changes, and whether the row passes
          </caption>
          <TableHead heads={["Result", "Field", "Before", "After"]} gap="pr-3" />
          <tbody>
            {rows.map((row) => (
              <PreviewRow key={row.rowId} row={row} />
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </div>
  );
}

function PreviewRow({ row }: { row: Preview["rows"][number] }) {
  const changes = listChanges(row.before, row.after);
  const shown = changes.length === 0 ? [{ field: "–", before: "unchanged", after: "unchanged" }] : changes;
  return shown.map(({ field, before, after }, i) => (
    <tr key={field} className={i === 0 ? "border-line border-t" : ""}>
      <td className="max-w-44 py-1 pr-3 align-top">
        {i === 0 &&
          (row.reasons.length === 0 ? (
            <StateWord tone="pass">passes</StateWord>
          ) : (
            <StateWord tone="harm" className="whitespace-normal">
              {row.reasons.map(reasonLabel).join(", ")}
            </StateWord>
          ))}
      </td>
      <td className="py-1 pr-3 align-top font-mono text-xs">{field}</td>
      <td className="max-w-56 break-all py-1 pr-3 align-top font-mono text-ink-2 text-xs">{before}</td>
      <td className="max-w-56 break-all py-1 align-top font-mono text-xs">{after}</td>
    </tr>
  ));
}
