import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { CatalogPage } from "@/modules/catalog/pages/CatalogPage";

export const metadata: Metadata = { title: "Catalogue" };

export default async function Catalog({ params }: { params: Promise<{ workspace: string }> }) {
  const { workspace } = await params;
  const trpc = getTrpc();
  return (
    <Prefetched
      queries={[
        trpc.catalog.summary.queryOptions({ workspace }),
        trpc.imports.list.queryOptions({ workspace }),
      ]}
    >
      <CatalogPage />
    </Prefetched>
  );
}
