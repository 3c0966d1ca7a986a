import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ModelPage } from "@/modules/models/pages/ModelPage";

interface Props {
  params: Promise<{ workspace: string; model: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).model) };
}

export default async function Model({ params }: Props) {
  const { workspace, model } = await params;
  const name = decodeURIComponent(model);
  return (
    <Prefetched queries={[getTrpc().models.get.queryOptions({ workspace, name })]}>
      <ModelPage name={name} />
    </Prefetched>
  );
}
