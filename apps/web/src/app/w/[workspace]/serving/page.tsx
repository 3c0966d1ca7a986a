import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ServingPage } from "@/modules/serving/pages/ServingPage";

export const metadata: Metadata = { title: "Serving" };

export default async function Serving({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  const trpc = getTrpc();
  return (
    <Prefetched
      queries={[
        trpc.serving.replicas.queryOptions({ workspace }),
        trpc.releases.list.queryOptions({ workspace }),
      ]}
    >
      <ServingPage />
    </Prefetched>
  );
}
