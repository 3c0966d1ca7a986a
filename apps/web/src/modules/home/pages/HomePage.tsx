"use client";

import { useQuery } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { Page } from "@/components/ui/Page";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { EventStrip } from "../components/EventStrip";
import { KpiTiles } from "../components/KpiTiles";
import { NeedList } from "../components/NeedList";
import { RungTable } from "../components/RungTable";
import { homeTiles, homeVerdict, rungRows } from "../presenters/homeView";

/** Serving's figures move by the second; a front page that is five seconds old is still true. */
const REFRESH_MS = 5_000;

export function HomePage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const home = useQuery({ ...trpc.home.get.queryOptions({ workspace }), refetchInterval: REFRESH_MS });
  return (
    <Page title="Home" verdict={home.data === undefined ? undefined : homeVerdict(home.data)}>
      <Async query={home} rows={10}>
        {(data) => (
          <>
            <KpiTiles tiles={homeTiles(data)} />
            <div className="mt-8 grid gap-x-12 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <NeedList needs={data.needs} running={data.runningJobs} />
              <RungTable rows={rungRows(data)} requests={data.kpis.rungs.requests} />
            </div>
            <EventStrip />
          </>
        )}
      </Async>
    </Page>
  );
}
