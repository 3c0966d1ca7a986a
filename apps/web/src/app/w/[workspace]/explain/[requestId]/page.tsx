import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ExplainPage } from "@/modules/explain/pages/ExplainPage";

interface Props {
  params: Promise<{ workspace: string; requestId: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Request ${(await params).requestId}` };
}

export default async function ExplainRequest({ params }: Props) {
  const { workspace, requestId } = await params;
  return (
    <Prefetched queries={[getTrpc().explain.get.queryOptions({ workspace, requestId })]}>
      <ExplainPage requestId={requestId} />
    </Prefetched>
  );
}
