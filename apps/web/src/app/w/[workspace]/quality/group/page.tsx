import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { GroupPage } from "@/modules/quality/pages/GroupPage";

export const metadata: Metadata = { title: "Set-aside rows" };

export default async function Group({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().quality.groups.queryOptions({ workspace })]}>
      <GroupPage />
    </Prefetched>
  );
}
