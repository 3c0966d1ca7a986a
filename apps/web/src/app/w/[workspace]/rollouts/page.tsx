import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { RolloutListPage } from "@/modules/rollouts/pages/RolloutListPage";

export const metadata: Metadata = { title: "Rollouts" };

export default async function Rollouts({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().rollouts.list.queryOptions({ workspace })]}>
      <RolloutListPage />
    </Prefetched>
  );
}
