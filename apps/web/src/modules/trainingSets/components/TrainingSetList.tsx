"use client";

import { Command } from "@/components/ui/Copy";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { TableHead } from "@/components/ui/TableHead";
import { Time } from "@/components/ui/Time";
import { formatBytes, formatCount, formatMs, formatShare, formatUtc, shortId } from "@/lib/format";
import type { ApiOutputs } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

type TrainingSet = ApiOutputs["trainingSets"]["list"][number];

/** Training sets, newest first, each with what it is made of and how to get its rows. */
export function TrainingSetList({ sets }: { sets: readonly TrainingSet[] }) {
  return (
    <ol>
      {sets.map((set) => (
        <li
          key={set.id}
          className="grid gap-x-12 gap-y-4 border-line border-b py-4 first:pt-0 lg:grid-cols-2"
        >
          <Head set={set} />
          <Labels set={set} />
        </li>
      ))}
    </ol>
  );
}

function Head({ set }: { set: TrainingSet }) {
  const { slug: workspace } = useWorkspace();
  const { rows, span, views, writeLagMs, contentHash } = set.manifest;
  return (
    <div className="min-w-0">
      <h2 className="font-medium">
        {formatCount(rows.written)} rows, <Time at={set.createdAt} />
      </h2>
      <p className="mt-1 text-ink-2">
        Slates from {formatUtc(new Date(span.fromMs))} to {formatUtc(new Date(span.toMs))}, by {set.createdBy}
      </p>
      <p className="mt-1">
        Of {formatCount(rows.shown)} shown: {formatCount(rows.open)} still wait for their labels,{" "}
        {formatCount(rows.sampledOut)} left out by sampling.
      </p>
      <p className="mt-1">
        {views.length === 0
          ? "No feature views"
          : views.map(({ name, version }) => (
              <a
                key={name}
                href={`/w/${workspace}/features/${name}`}
                className="mr-3 underline decoration-line-strong underline-offset-2"
              >
                {name}@{version}
              </a>
            ))}
      </p>
      <p className="mt-1">
        Write lag {formatMs(writeLagMs)}{" "}
        {set.writeLagSource === "assumed" ? (
          <StateWord tone="warn">assumed: nothing was measured</StateWord>
        ) : (
          <span className="text-ink-2">({set.writeLagSource})</span>
        )}
      </p>
      <p className="mt-1 text-ink-3">
        <Mono title={contentHash}>{shortId(contentHash)}</Mono> · {formatBytes(set.artifact.bytes)}
      </p>
      <div className="mt-2">
        <Command
          text={`npx shortlist training-set download ${set.id} --workspace ${workspace} --out training-set`}
        />
      </div>
    </div>
  );
}

function Labels({ set }: { set: TrainingSet }) {
  return (
    <table className="w-full self-start">
      <caption className="pb-1 text-left text-ink-3 text-xs">
        Labels; closed windows only, n = {formatCount(set.manifest.rows.written)} rows
      </caption>
      <TableHead
        heads={[
          "Interaction",
          { label: "Within", align: "right" },
          { label: "Closed", align: "right" },
          { label: "Positive", align: "right" },
          { label: "Share", align: "right" },
        ]}
        gap=""
      />
      <tbody>
        {Object.entries(set.manifest.labels).map(([type, { window, closed, positive }]) => (
          <tr key={type} className="border-line border-b">
            <th scope="row" className="h-8 text-left font-normal">
              {type.replaceAll("_", " ")}
            </th>
            <td className="text-right">{window}</td>
            <td className="text-right">{formatCount(closed)}</td>
            <td className="text-right">{formatCount(positive)}</td>
            <td className="text-right">{closed === 0 ? "–" : formatShare(positive / closed, 2)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
