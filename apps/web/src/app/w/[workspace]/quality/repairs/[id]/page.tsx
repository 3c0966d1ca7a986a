import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { RepairPage } from "@/modules/quality/pages/RepairPage";

export const metadata: Metadata = { title: "Repair" };

export default async function Repair({ params }: { params: Promise<{ workspace: string; id: string }> }) {
  const { workspace, id } = await params;
  return (
    <Prefetched queries={[getTrpc().quality.repair.queryOptions({ workspace, id })]}>
      <RepairPage id={id} />
    </Prefetched>
  );
}
