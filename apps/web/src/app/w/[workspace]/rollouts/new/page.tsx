import { RolloutPlan } from "@shortlist/contracts";
import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { NewRolloutPage } from "@/modules/rollouts/pages/NewRolloutPage";

export const metadata: Metadata = { title: "New rollout" };

export default async function NewRollout({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  const trpc = getTrpc();
  return (
    <Prefetched
      queries={[trpc.models.list.queryOptions({ workspace }), trpc.releases.list.queryOptions({ workspace })]}
    >
      <NewRolloutPage defaults={RolloutPlan.parse({})} />
    </Prefetched>
  );
}
