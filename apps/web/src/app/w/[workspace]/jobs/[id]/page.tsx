import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { JobPage } from "@/modules/jobs/pages/JobPage";

export const metadata: Metadata = { title: "Job" };

export default async function Job({ params }: { params: Promise<{ workspace: string; id: string }> }) {
  const { workspace, id } = await params;
  return (
    <Prefetched queries={[getTrpc().jobs.get.queryOptions({ workspace, id })]}>
      <JobPage id={id} />
    </Prefetched>
  );
}
