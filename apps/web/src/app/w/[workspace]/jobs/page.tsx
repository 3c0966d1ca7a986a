import type { Metadata } from "next";
import { NuqsAdapter } from "nuqs/adapters/next/app";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { JobListPage } from "@/modules/jobs/pages/JobListPage";

export const metadata: Metadata = { title: "Jobs" };

export default async function Jobs({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  return (
    <Prefetched queries={[getTrpc().jobs.list.queryOptions({ workspace, limit: 100 })]}>
      <NuqsAdapter>
        <JobListPage />
      </NuqsAdapter>
    </Prefetched>
  );
}
