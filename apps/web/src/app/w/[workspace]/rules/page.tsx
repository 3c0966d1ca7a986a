import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { RuleListPage } from "@/modules/rules/pages/RuleListPage";

export const metadata: Metadata = { title: "Rules" };

export default async function Rules({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().rules.list.queryOptions({ workspace })]}>
      <RuleListPage />
    </Prefetched>
  );
}
