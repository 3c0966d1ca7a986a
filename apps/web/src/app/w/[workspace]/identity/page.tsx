import type { Metadata } from "next";
import { getTrpc, Prefetched } from "@/lib/trpc/server";
import { readLinkFilter } from "@/modules/identity/linkFilter";
import { IdentityPage } from "@/modules/identity/pages/IdentityPage";

export const metadata: Metadata = { title: "Identity" };

export default async function Identity({
  params,
  searchParams,
}: {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  const { workspace } = await params;
  const { shared, shopper } = await searchParams;
  const filter = readLinkFilter({
    shared: typeof shared === "string" ? shared : null,
    shopper: typeof shopper === "string" ? shopper : null,
  });
  return (
    <Prefetched
      queries={[
        getTrpc().identity.summary.queryOptions({ workspace }),
        getTrpc().identity.links.queryOptions({ workspace, ...filter }),
        getTrpc().identity.unlinks.queryOptions({ workspace }),
      ]}
    >
      <IdentityPage />
    </Prefetched>
  );
}
