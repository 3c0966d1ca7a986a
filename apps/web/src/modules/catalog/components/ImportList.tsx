import { Bar } from "@/components/charts/Bar";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDay, formatShare, shortId } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";

type Import = ApiOutputs["imports"]["list"][number];

/** Imports, newest first, each with why rows were set aside and the totals its mapping asked for. */
export function ImportList({ imports }: { imports: readonly Import[] }) {
  return (
    <ol>
      {imports.map((run) => (
        <li
          key={run.id}
          className="grid gap-x-12 gap-y-4 border-line border-b py-4 first:pt-0 lg:grid-cols-2"
        >
          <ImportHead run={run} />
          <Reasons run={run} />
        </li>
      ))}
    </ol>
  );
}

function ImportHead({ run }: { run: Import }) {
  const share = run.rowsRead === 0 ? null : run.rowsSetAside / run.rowsRead;
  return (
    <div className="min-w-0">
      <h3 className="font-medium">
        <Mono className="break-all">{run.fileName}</Mono>
      </h3>
      <p className="mt-1 text-ink-2">
        {run.kind} by mapping <Mono>{run.mappingName}</Mono>, <Time at={run.createdAt} />, in{" "}
        {run.seconds.toFixed(1)} s
      </p>
      <p className="mt-1">
        {formatCount(run.rowsImported)} of {formatCount(run.rowsRead)} rows imported.{" "}
        {run.rowsSetAside === 0 ? (
          <StateWord tone="pass">none set aside</StateWord>
        ) : (
          <StateWord tone="warn">{`${formatCount(run.rowsSetAside)} set aside (${formatShare(share, 2)})`}</StateWord>
        )}
      </p>
      <p className="mt-1 text-ink-3">
        {run.firstAt !== null && `${formatDay(run.firstAt)} – ${formatDay(run.lastAt)} · `}
        <Mono title={run.fileSha256}>{shortId(run.fileSha256)}</Mono>
      </p>
      {Object.keys(run.totals).length > 0 && (
        <p className="mt-1">
          {Object.entries(run.totals)
            .map(([name, total]) => `${name} ${total.toLocaleString("en-GB")}`)
            .join(" · ")}
        </p>
      )}
    </div>
  );
}

function Reasons({ run }: { run: Import }) {
  const reasons = Object.entries(run.setAsideByReason).sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return null;
  const max = reasons[0]![1];
  return (
    <table className="w-full table-fixed self-start">
      <caption className="pb-1 text-left text-ink-3 text-xs">
        Rows set aside, by first reason; together {formatCount(run.rowsSetAside)}
      </caption>
      <tbody>
        {reasons.map(([reason, count]) => (
          <tr key={reason} className="border-line border-t">
            <th scope="row" className="h-7 w-44 truncate text-left font-normal">
              {reason.replaceAll("_", " ")}
            </th>
            <td>
              <Bar share={count / max} className="bg-series-3" />
            </td>
            <td className="w-16 text-right">{formatCount(count)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
