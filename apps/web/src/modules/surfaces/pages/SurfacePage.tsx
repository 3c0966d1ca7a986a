"use client";

import type { Surface } from "@shortlist/contracts";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import Link from "next/link";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { buttonClass } from "@/components/ui/Button";
import { Page } from "@/components/ui/Page";
import { surfaceLabel } from "@/lib/rungs";
import { useTRPC } from "@/lib/trpc/client";
import { LiveMark } from "@/modules/jobs/components/LiveMark";
import { useSession, useWorkspace } from "@/modules/shell/session";
import { FunnelSection } from "../components/FunnelSection";
import { RANGE_LABELS, RangePicker, useRange } from "../components/RangePicker";
import { SourceSection } from "../components/SourceSection";
import { funnelVerdict } from "../presenters/funnelView";

// Below what everybody comes for: it comes when the page stands.
const SettingsSection = dynamic(
  () => import("../components/SettingsSection").then((m) => m.SettingsSection),
  { ssr: false },
);

/** Replicas write every two seconds. */
const REFRESH_MS = 3_000;

/** How is this list built? */
export function SurfacePage({ surface }: { surface: Surface }) {
  const trpc = useTRPC();
  const { slug: workspace, href } = useWorkspace();
  const [range] = useRange();
  const [isPaused, setPaused] = useState(false);
  const canEdit = useSession().can["surface:edit"];
  const settings = useQuery(trpc.surfaces.get.queryOptions({ workspace, surface }));
  const live = useQuery({
    ...trpc.surfaces.funnel.queryOptions({ workspace, surface, range }),
    placeholderData: keepPreviousData,
    refetchInterval: isPaused ? false : REFRESH_MS,
  });
  return (
    <Page
      title={surfaceLabel(surface)}
      verdict={live.data === undefined ? undefined : funnelVerdict(live.data.funnel, RANGE_LABELS[range])}
      actions={
        <>
          <LiveMark liveness={isPaused ? "paused" : "live"} onPause={setPaused} />
          <RangePicker />
          {canEdit.allowed ? (
            <Link href={href(`/surfaces/${surface}/edit`)} className={buttonClass("primary")}>
              Edit
            </Link>
          ) : (
            <GuardedButton permission="surface:edit" variant="primary">
              Edit
            </GuardedButton>
          )}
        </>
      }
    >
      <Async query={live} rows={8}>
        {({ funnel }) =>
          funnel === null ? (
            <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
              No data: the counters cannot be read while Redis is away. Settings below are as stored.
            </p>
          ) : funnel.requests === 0 ? (
            <Empty
              title={`No request in the last ${RANGE_LABELS[range]}`}
              command={`npx shortlist recommend --workspace ${workspace} --surface ${surface}`}
            >
              Every answer of this surface is counted here within seconds.
            </Empty>
          ) : (
            <>
              <FunnelSection surface={surface} funnel={funnel} />
              {settings.data !== undefined && (
                <SourceSection surface={surface} funnel={funnel} settings={settings.data.settings} />
              )}
            </>
          )
        }
      </Async>
      <Async query={settings} rows={6}>
        {(data) => <SettingsSection surface={data} />}
      </Async>
    </Page>
  );
}
