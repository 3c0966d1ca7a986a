import type { Metadata } from "next";
import type { SearchParams } from "nuqs/server";
import { getApi, getQueryClient, getTrpc, Prefetched } from "@/lib/trpc/server";
import { PlaygroundPage } from "@/modules/playground/pages/PlaygroundPage";
import { defaultKeys, findShopper } from "@/modules/playground/presenters/shopper";
import { loadPlaygroundSearch, SLATE_SIZE } from "@/modules/playground/search";
import type { FirstSlates } from "@/modules/playground/types";

export const metadata: Metadata = { title: "Playground" };

interface Props {
  params: Promise<{ workspace: string }>;
  searchParams: Promise<SearchParams>;
}

export default async function Playground({ params, searchParams }: Props) {
  const { workspace } = await params;
  const query = getTrpc().playground.shoppers.queryOptions({ workspace });
  return (
    <Prefetched queries={[query]}>
      <PlaygroundPage first={await loadFirstSlates(workspace, searchParams)} />
    </Prefetched>
  );
}

/** The two lists come with the page, so that the shop is there at first paint. */
async function loadFirstSlates(workspace: string, searchParams: Props["searchParams"]): Promise<FirstSlates> {
  const { a, b, surface } = await loadPlaygroundSearch(searchParams);
  try {
    const named = await getQueryClient().fetchQuery(
      getTrpc().playground.shoppers.queryOptions({ workspace }),
    );
    const defaults = defaultKeys(named);
    const load = async (key: string) => {
      const shopper = findShopper(key, named);
      const slate = await getApi().playground.recommend.mutate({
        workspace,
        shopper: shopper.ref,
        surface,
        n: SLATE_SIZE,
        ...(shopper.region === null ? {} : { region: shopper.region }),
      });
      return { key: shopper.key, slate };
    };
    const [left, right] = await Promise.all([
      load(a || defaults[0]).catch(() => null),
      load(b || defaults[1]).catch(() => null),
    ]);
    return { surface, a: left, b: right };
  } catch {
    // The browser asks again and shows what is wrong.
    return null;
  }
}
