"use client";

import { useQuery } from "@tanstack/react-query";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { Page } from "@/components/ui/Page";
import { Section } from "@/components/ui/Section";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { BreakerSection } from "../components/BreakerSection";
import { CacheSection } from "../components/CacheSection";
import { ListSection } from "../components/ListSection";
import { ReleaseMatrix } from "../components/ReleaseMatrix";
import { ReleaseTable } from "../components/ReleaseTable";
import { ReplicaTable } from "../components/ReplicaTable";
import { SwitchSection } from "../components/SwitchSection";
import { TrafficSections } from "../components/TrafficSections";
import { fleetVerdict } from "../presenters/fleetView";

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
