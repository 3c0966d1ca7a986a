"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { Async } from "@/components/async/Async";
import { Empty } from "@/components/async/States";
import { ProductPicture } from "@/components/picture/ProductPicture";
import { buttonClass } from "@/components/ui/Button";
import { Mono } from "@/components/ui/Mono";
import { Page } from "@/components/ui/Page";
import { Facts, Section } from "@/components/ui/Section";
import { Time } from "@/components/ui/Time";
import { formatPrice } from "@/lib/format";
import { useTRPC } from "@/lib/trpc/client";
import { useSession, useWorkspace } from "@/modules/shell/session";
import { ExposureTables } from "../components/ExposureTables";
import { ServedFacts } from "../components/ServedFacts";
import { exposureVerdict, ruleDraftPath, servedVerdict } from "../presenters/itemView";

export function ItemPage({ itemId }: { itemId: string }) {
  const trpc = useTRPC();
  const { slug: workspace } = useWorkspace();
  const item = useQuery({ ...trpc.catalog.item.queryOptions({ workspace, itemId }), retry: false });
  const served = useQuery({
    ...trpc.explain.servedItem.queryOptions({ workspace, itemId }, { refetchInterval: 5_000 }),
    retry: false,
  });
  const exposure = useQuery({ ...trpc.explain.exposure.queryOptions({ workspace, itemId }), retry: false });
  return (
    <Page
      title={item.data?.title ?? <Mono className="break-all text-base">{itemId}</Mono>}
      verdict={served.data === undefined ? undefined : servedVerdict(served.data)}
      actions={<Actions itemId={itemId} />}
    >
      <div className="grid gap-x-12 lg:grid-cols-2">
        <Section title="In the catalogue" verdict="As the shop sent it last.">
          <Async query={item} rows={8}>
            {(data) => (
              <>
                <ProductPicture
                  itemId={itemId}
                  category={data.category}
                  brand={data.brand}
                  className="mb-3 size-24 rounded"
                />
                <Facts
                  rows={[
                    ["Id", <Mono key="i">{data.itemId}</Mono>],
                    ["Category", data.category || "none"],
                    ["Brand", data.brand || "none"],
                    ["Seller", data.seller || "none"],
                    ["Price", formatPrice(data.price, data.currency)],
                    ["In stock", data.inStock ? "yes" : "no"],
                    ["Restricted", data.restricted ? "yes" : "no"],
                    ["Last change", <Time key="u" at={data.updatedAt} />],
                    ...(data.deletedAt === null
                      ? []
                      : [["Deleted", <Time key="d" at={data.deletedAt} />] as const]),
                  ]}
                />
              </>
            )}
          </Async>
        </Section>
        <Section
          title="As serving sees it"
          verdict="Asked of a replica at this moment."
          className="max-lg:mt-8"
        >
          <Async query={served} rows={8}>
            {(data) => <ServedFacts served={data} />}
          </Async>
        </Section>
      </div>
      <Section
        title="Exposure"
        verdict={exposure.data === undefined ? undefined : exposureVerdict(exposure.data)}
      >
        <Async query={exposure} rows={5}>
          {(data) =>
            data.slates.length === 0 ? (
              <Empty title={data.nSlates === 0 ? "No slates yet" : "Nobody was shown this item"}>
                Slates reach the archive about a minute after they were served.
              </Empty>
            ) : (
              <ExposureTables exposure={data} />
            )
          }
        </Async>
      </Section>
    </Page>
  );
}

/** Both lead to the editor with a draft: what it would do is seen before it does. */
function Actions({ itemId }: { itemId: string }) {
  const { href } = useWorkspace();
  const { can } = useSession();
  return (
    <>
      {can["rule:compliance"].allowed ? (
        <Link className={buttonClass("danger")} href={href(ruleDraftPath("hide", itemId))}>
          Block
        </Link>
      ) : (
        <span className="text-ink-3 text-xs">Blocking is for {can["rule:compliance"].roles}</span>
      )}
      {can["rule:edit"].allowed ? (
        <Link className={buttonClass()} href={href(ruleDraftPath("pin", itemId))}>
          Feature
        </Link>
      ) : (
        <span className="text-ink-3 text-xs">Featuring is for {can["rule:edit"].roles}</span>
      )}
    </>
  );
}
