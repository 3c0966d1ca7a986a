import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ModelListPage } from "@/modules/models/pages/ModelListPage";

export const metadata: Metadata = { title: "Models" };

export default async function Models({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().models.list.queryOptions({ workspace })]}>
      <NuqsAdapter>
        <ModelListPage />
      </NuqsAdapter>
    </Prefetched>
  );
}
