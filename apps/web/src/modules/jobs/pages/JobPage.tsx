"use client";

import Link from "next/link";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { Time } from "@/components/ui/Time";
import { formatDuration } from "@/lib/format";
import { useWorkspace } from "@/modules/shell/session";
import { JobActions } from "../components/JobActions";
import { JobLog } from "../components/JobLog";
import { LiveMark } from "../components/LiveMark";
import { ProgressRail } from "../components/ProgressRail";
import { jobVerdict, ranMs } from "../presenters/jobView";
import { useLiveJob } from "../useLiveJob";

export function JobPage({ id }: { id: string }) {
  const [isPaused, setPaused] = useState(false);
  const { job, liveness } = useLiveJob(id, { isPaused });
  const { href } = useWorkspace();
  const data = job.data;
  return (
    <Page
      title={
        <>
          {data?.name ?? "Job"} <Mono className="text-ink-3 text-sm">{id.slice(-6)}</Mono>
        </>
      }
      verdict={
        data === undefined ? undefined : <span suppressHydrationWarning>{jobVerdict(data, new Date())}</span>
      }
      actions={
        data !== undefined && (
          <>
            <LiveMark liveness={liveness} onPause={setPaused} />
            <JobActions job={data} />
          </>
        )
      }
    >
      <Async query={job} rows={10}>
        {(detail) => (
          <>
            <ProgressRail job={detail} />
            <div className="mt-8 grid gap-x-12 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <JobLog log={detail.log} />
              <div className="max-lg:mt-8">
                <Section title="Run">
                  <Facts
                    rows={[
                      ["Created", <Time key="c" at={detail.createdAt} />],
                      ["By", detail.createdBy],
                      ["Started", <Time key="s" at={detail.startedAt} />],
                      ["Ended", <Time key="e" at={detail.endedAt} />],
                      [
                        "Ran",
                        <span key="r" suppressHydrationWarning>
                          {formatDuration(ranMs(detail, new Date()))}
                        </span>,
                      ],
                      ["Attempts", detail.attempts],
                    ]}
                  />
                </Section>
                {detail.modelVersions.length > 0 && (
                  <Section title="Made">
                    <ul>
                      {detail.modelVersions.map((version) => (
                        <li
                          key={version.id}
                          className="flex min-h-8 items-center justify-between gap-4 border-line border-b"
                        >
                          <Link
                            className="link font-mono text-xs"
                            href={href(`/models/${version.modelName}/v/${version.version}`)}
                          >
                            {version.modelName}@{version.version}
                          </Link>
                          <span className="text-ink-3">{version.kind}</span>
                        </li>
                      ))}
                    </ul>
                  </Section>
                )}
                <Section title="Settings">
                  <Facts
                    rows={Object.entries(detail.payload).map(
                      ([name, value]) => [name, <Mono key={name}>{String(value)}</Mono>] as const,
                    )}
                  />
                </Section>
              </div>
            </div>
          </>
        )}
      </Async>
    </Page>
  );
}
