"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { Section } from "@/components/ui/Section";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { type ApiOutputs, useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

const ActivateDialog = dynamic(() => import("./ActivateDialog").then((m) => m.ActivateDialog), {
  ssr: false,
});

export type ReleaseRow = ApiOutputs["releases"]["list"]["releases"][number];

/** All releases, newest first. Going back is one click and a reason. */
export function ReleaseTable() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const releases = useQuery(trpc.releases.list.queryOptions({ workspace }));
  const [target, setTarget] = useState<ReleaseRow | null>(null);
  const current = releases.data?.releases.find(({ isCurrent }) => isCurrent) ?? null;
  return (
    <Section
      title="Releases"
      verdict="A release is everything a replica serves from. It never changes; making an older one current is a rollback."
    >
      <Async query={releases} rows={4}>
        {({ releases: rows }) =>
          rows.length === 0 ? (
            <Empty title="No release yet" command={`npx shortlist train --workspace ${workspace} --wait`}>
              A training run publishes one when everything checks out.
            </Empty>
          ) : (
            <ScrollRegion label="Releases">
              <table className="w-full whitespace-nowrap">
                <thead>
                  <tr className="border-line border-b text-ink-3 text-xs">
                    <th scope="col" className="h-8 pr-6 text-left font-medium">
                      Release
                    </th>
                    <th scope="col" className="pr-6 text-left font-medium">
                      State
                    </th>
                    <th scope="col" className="pr-6 text-left font-medium">
                      Models
                    </th>
                    <th scope="col" className="pr-6 text-right font-medium">
                      Items
                    </th>
                    <th scope="col" className="pr-6 text-left font-medium">
                      Made
                    </th>
                    <th scope="col" className="pr-6 text-left font-medium">
                      By
                    </th>
                    <th scope="col">
                      <span className="sr-only">Action</span>
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((release) => (
                    <tr key={release.releaseId} className="border-line border-b">
                      <th scope="row" className="h-9 pr-6 text-left font-medium" title={release.releaseId}>
                        {release.number}
                      </th>
                      <td className="pr-6">
                        {release.isCurrent ? (
                          <StateWord tone="pass">current</StateWord>
                        ) : (
                          <StateWord tone="none">kept</StateWord>
                        )}
                      </td>
                      <td className="pr-6">
                        <ModelRefs models={release.models} />
                      </td>
                      <td className="pr-6 text-right">{formatCount(release.nItems)}</td>
                      <td className="pr-6">
                        <Time at={release.createdAt} className="text-ink-2" />
                      </td>
                      <td className="pr-6 text-ink-2">{release.createdBy}</td>
                      <td className="text-right">
                        {!release.isCurrent && (
                          <GuardedButton
                            permission="release:rollback"
                            className="h-7"
                            onClick={() => setTarget(release)}
                          >
                            {current !== null && release.number < current.number
                              ? "Roll back to this"
                              : "Make current"}
                          </GuardedButton>
                        )}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </ScrollRegion>
          )
        }
      </Async>
      {target !== null && (
        <ActivateDialog target={target} current={current} onClose={() => setTarget(null)} />
      )}
    </Section>
  );
}

function ModelRefs({ models }: { models: ReleaseRow["models"] }) {
  const { href } = useWorkspace();
  return (
    <span className="flex flex-wrap gap-x-3">
      {models.map(({ ref }) => {
        const [name, version] = ref.split("@");
        return (
          <Link
            key={ref}
            className="link font-mono text-xs"
            href={href(`/models/${name}/v/${version}`)}
            prefetch={false}
          >
            {ref}
          </Link>
        );
      })}
    </span>
  );
}
