"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { ReleaseMatrix } from "../components/ReleaseMatrix";
import { ReplicaTable } from "../components/ReplicaTable";
import { TrafficSections } from "../components/TrafficSections";
import { fleetVerdict } from "../presenters/fleetView";

// Below what everybody comes for: they come when the page stands.
const BreakerSection = dynamic(() => import("../components/BreakerSection").then((m) => m.BreakerSection), {
  ssr: false,
});
const SwitchSection = dynamic(() => import("../components/SwitchSection").then((m) => m.SwitchSection), {
  ssr: false,
});
const CacheSection = dynamic(() => import("../components/CacheSection").then((m) => m.CacheSection), {
  ssr: false,
});
const ListSection = dynamic(() => import("../components/ListSection").then((m) => m.ListSection), {
  ssr: false,
});
const ReleaseTable = dynamic(() => import("../components/ReleaseTable").then((m) => m.ReleaseTable), {
  ssr: false,
});

/** Heartbeats come every 2 s. */
const REFRESH_MS = 2_000;

export function ServingPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const fleet = useQuery({
    ...trpc.serving.replicas.queryOptions({ workspace }),
    refetchInterval: REFRESH_MS,
  });
  return (
    <Page title="Serving" verdict={fleet.data === undefined ? undefined : fleetVerdict(fleet.data)}>
      <Async query={fleet} rows={8}>
        {(data) =>
          data.replicas.length === 0 ? (
            data.readAt === null ? (
              <p className="hatched rounded border border-line px-3 py-4 text-ink-2">
                No data: heartbeats cannot be read.
              </p>
            ) : (
              <Empty title="No replica" command="npm run up">
                Replicas report every two seconds once they run.
              </Empty>
            )
          ) : (
            <>
              <Section title="Replicas by release" className="border-t-0 pt-0">
                <ReleaseMatrix fleet={data} />
              </Section>
              <Section title="Answers by replica, since each started">
                <ReplicaTable replicas={data.replicas} />
              </Section>
              <BreakerSection replicas={data.replicas} />
              <CacheSection replicas={data.replicas} />
            </>
          )
        }
      </Async>
      <TrafficSections />
      <SwitchSection />
      <ListSection />
      <ReleaseTable />
    </Page>
  );
}
