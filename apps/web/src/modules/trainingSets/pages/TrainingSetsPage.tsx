"use client";

import { useQuery } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useState } from "react";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { GuardedButton } from "@/components/permission/GuardedButton";
import { Page } from "@/components/ui/Page";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";
import { TrainingSetList } from "../components/TrainingSetList";

const BuildDialog = dynamic(() => import("../components/BuildDialog").then((m) => m.BuildDialog), {
  ssr: false,
});

export function TrainingSetsPage() {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const sets = useQuery(trpc.trainingSets.list.queryOptions({ workspace }));
  const [isBuilding, setBuilding] = useState(false);
  return (
    <Page
      title="Training sets"
      verdict="What was shown, what came of it, and the features as serving could have known them at that moment."
      actions={
        <GuardedButton permission="training:start" variant="primary" onClick={() => setBuilding(true)}>
          Build
        </GuardedButton>
      }
    >
      <Async query={sets} rows={5}>
        {(all) =>
          all.length === 0 ? (
            <Empty
              title="No training set was built yet"
              command={`npx shortlist training-set build --workspace ${workspace} --views shopper_activity --label click=30m`}
            >
              Rows come from the slate log: serve traffic first, for example with npx shortlist simulate.
            </Empty>
          ) : (
            <TrainingSetList sets={all} />
          )
        }
      </Async>
      {isBuilding && <BuildDialog onClose={() => setBuilding(false)} />}
    </Page>
  );
}
