"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Mono } from "@/components/ui/Mono";
import { StateWord } from "@/components/ui/StateWord";
import { Time } from "@/components/ui/Time";
import { formatCount, formatDay, shortId } from "@/lib/format";
import type { VersionDetail, ViewConsumer } from "../types";
import { ChangeList } from "./ChangeList";

const RetireDialog = dynamic(() => import("./RetireDialog").then((m) => m.RetireDialog), { ssr: false });

/** Every version, newest first, with what it changed and whether it is computed. */
export function VersionList({
  versions,
  consumers,
}: {
  versions: readonly VersionDetail[];
  consumers: readonly ViewConsumer[];
}) {
  const [asked, setAsked] = useState<VersionDetail | null>(null);
  return (
    <>
      <ol>
        {versions.map((version) => {
          const readers = consumers.filter(({ viewVersion }) => viewVersion === version.version);
          return (
            <li
              key={version.id}
              className="grid gap-x-8 gap-y-2 border-line border-b py-3 sm:grid-cols-[1fr_auto]"
            >
              <div className="min-w-0">
                <h3 className="flex flex-wrap items-baseline gap-x-3">
                  <span className="font-medium">v{version.version}</span>
                  {version.retiredAt === null ? (
                    <StateWord tone="pass">live</StateWord>
                  ) : (
                    <StateWord tone="none">retired</StateWord>
                  )}
                  <span className="text-ink-2">
                    {readers.length === 0 ? "read by no model" : `read by ${readers.length} model versions`}
                  </span>
                </h3>
                <p className="mt-0.5 text-ink-3 text-xs">
                  published <Time at={version.createdAt} /> by {version.createdBy}
                  {version.batch !== null &&
                    ` · batch until ${formatDay(version.batch.end)}, ${formatCount(version.batch.rows)} rows`}{" "}
                  · <Mono title={version.hash}>{shortId(version.hash)}</Mono>
                </p>
                {version.changes.length > 0 && (
                  <div className="mt-1.5">
                    <ChangeList changes={version.changes} />
                  </div>
                )}
              </div>
              <div>
                <GuardedButton permission="feature:publish" variant="quiet" onClick={() => setAsked(version)}>
                  {version.retiredAt === null ? "Retire" : "Restore"}
                </GuardedButton>
              </div>
            </li>
          );
        })}
      </ol>
      {asked !== null && (
        <RetireDialog version={asked} consumers={consumers} onClose={() => setAsked(null)} />
      )}
    </>
  );
}
