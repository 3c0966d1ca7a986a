import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { KeysPage } from "@/modules/settings/pages/KeysPage";

export const metadata: Metadata = { title: "API keys" };

export default async function Keys({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().keys.list.queryOptions({ workspace })]}>
      <KeysPage servingUrl={process.env.SERVING_URL ?? "http://127.0.0.1:8080"} />
    </Prefetched>
  );
}
