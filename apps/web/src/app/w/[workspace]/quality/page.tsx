import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { QualityPage } from "@/modules/quality/pages/QualityPage";

export const metadata: Metadata = { title: "Quality" };

export default async function Quality({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  const trpc = getTrpc();
  return (
    <Prefetched
      queries={[
        trpc.quality.groups.queryOptions({ workspace }),
        trpc.quality.repairs.queryOptions({ workspace }),
      ]}
    >
      <QualityPage />
    </Prefetched>
  );
}
