import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { SurfaceListPage } from "@/modules/surfaces/pages/SurfaceListPage";

export const metadata: Metadata = { title: "Surfaces" };

export default async function Surfaces({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().surfaces.list.queryOptions({ workspace, range: "1h" })]}>
      <SurfaceListPage />
    </Prefetched>
  );
}
