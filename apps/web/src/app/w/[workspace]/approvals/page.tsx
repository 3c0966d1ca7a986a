import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ApprovalsPage } from "@/modules/rollouts/pages/ApprovalsPage";

export const metadata: Metadata = { title: "Approvals" };

export default async function Approvals({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().rollouts.list.queryOptions({ workspace })]}>
      <ApprovalsPage />
    </Prefetched>
  );
}
