import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { RulePage } from "@/modules/rules/pages/RulePage";

export const metadata: Metadata = { title: "Rule" };

export default async function Rule({ params }: { params: Promise<{ workspace: string; ruleId: string }> }) {
  const { workspace, ruleId } = await params;
  return (
    <Prefetched
      queries={[
        getTrpc().rules.get.queryOptions({ workspace, ruleId }),
        getTrpc().playground.shoppers.queryOptions({ workspace }),
      ]}
    >
      <RulePage ruleId={ruleId} />
    </Prefetched>
  );
}
