import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { MembersPage } from "@/modules/settings/pages/MembersPage";

export const metadata: Metadata = { title: "Members" };

export default async function Members({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().members.list.queryOptions({ workspace })]}>
      <MembersPage />
    </Prefetched>
  );
}
