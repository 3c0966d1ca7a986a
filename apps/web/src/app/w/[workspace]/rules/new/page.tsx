import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { NewRulePage } from "@/modules/rules/pages/NewRulePage";

export const metadata: Metadata = { title: "New rule" };

export default async function NewRule({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().playground.shoppers.queryOptions({ workspace })]}>
      <NewRulePage />
    </Prefetched>
  );
}
