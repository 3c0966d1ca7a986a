import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { BackfillPage } from "@/modules/features/pages/BackfillPage";

export const metadata: Metadata = { title: "Backfill" };

interface Props {
  params: Promise<{ workspace: string; view: string; id: string }>;
}

export default async function Backfill({ params }: Props) {
  const { workspace, view, id } = await params;
  return (
    <Prefetched queries={[getTrpc().featureViews.backfill.queryOptions({ workspace, id })]}>
      <BackfillPage name={decodeURIComponent(view)} id={id} />
    </Prefetched>
  );
}
