import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { ItemPage } from "@/modules/catalog/pages/ItemPage";

interface Props {
  params: Promise<{ workspace: string; item: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Item ${decodeURIComponent((await params).item)}` };
}

export default async function CatalogItem({ params }: Props) {
  const { workspace, item } = await params;
  const itemId = decodeURIComponent(item);
  const trpc = getTrpc();
  return (
    <Prefetched
      queries={[
        trpc.catalog.item.queryOptions({ workspace, itemId }),
        trpc.explain.servedItem.queryOptions({ workspace, itemId }),
      ]}
    >
      <ItemPage itemId={itemId} />
    </Prefetched>
  );
}
