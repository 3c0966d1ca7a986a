import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ExplainListPage } from "@/modules/explain/pages/ExplainListPage";

export const metadata: Metadata = { title: "Explain" };

export default async function Explain({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().explain.recent.queryOptions({ workspace, limit: 100 })]}>
      <ExplainListPage />
    </Prefetched>
  );
}
