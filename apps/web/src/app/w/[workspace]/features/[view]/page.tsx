import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { FeaturePage } from "@/modules/features/pages/FeaturePage";

interface Props {
  params: Promise<{ workspace: string; view: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).view) };
}

export default async function Feature({ params }: Props) {
  const { workspace, view } = await params;
  const name = decodeURIComponent(view);
  return (
    <Prefetched queries={[getTrpc().featureViews.get.queryOptions({ workspace, name })]}>
      <FeaturePage name={name} />
    </Prefetched>
  );
}
