import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { TrainingSetsPage } from "@/modules/trainingSets/pages/TrainingSetsPage";

export const metadata: Metadata = { title: "Training sets" };

export default async function TrainingSets({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().trainingSets.list.queryOptions({ workspace })]}>
      <TrainingSetsPage />
    </Prefetched>
  );
}
