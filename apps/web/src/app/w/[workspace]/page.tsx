import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { HomePage } from "@/modules/home/pages/HomePage";

export const metadata: Metadata = { title: "Home" };

export default async function Home({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  const trpc = getTrpc();
  return (
    <Prefetched
      queries={[
        trpc.home.get.queryOptions({ workspace }),
        trpc.releases.list.queryOptions({ workspace }),
        trpc.jobs.list.queryOptions({ workspace, limit: 20 }),
      ]}
    >
      <HomePage />
    </Prefetched>
  );
}
