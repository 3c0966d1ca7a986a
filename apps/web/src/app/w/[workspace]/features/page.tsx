import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { FeatureListPage } from "@/modules/features/pages/FeatureListPage";

export const metadata: Metadata = { title: "Features" };

export default async function Features({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().featureViews.list.queryOptions({ workspace })]}>
      <FeatureListPage />
    </Prefetched>
  );
}
