import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { AliasPolicyPage } from "@/modules/models/pages/AliasPolicyPage";

export const metadata: Metadata = { title: "Aliases" };

export default async function Aliases({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().models.aliasPolicy.queryOptions({ workspace })]}>
      <AliasPolicyPage />
    </Prefetched>
  );
}
