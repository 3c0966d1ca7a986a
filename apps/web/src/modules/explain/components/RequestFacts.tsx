"use client";

import Link from "next/link";
import { ProductPicture } from "@/components/picture/ProductPicture";
import { ItemLink } from "@/components/ui/ItemLink";
import { Mono } from "@/components/ui/Mono";
import { Facts, Section } from "@/components/ui/Section";
import { Time } from "@/components/ui/Time";
import { formatCount } from "@/lib/format";
import { useWorkspace } from "@/modules/shell/session";
import type { Explained } from "../presenters/explainView";

/** What the answer was made from: release, model, replica, and what was known about the shopper. */
export function RequestFacts({ record }: { record: Explained }) {
  const { href } = useWorkspace();
  const { ranker, release, shopperState } = record;
  return (
    <div className="mt-8 grid gap-x-12 lg:grid-cols-2">
      <Section title="Made with">
        <Facts
          rows={[
            ["At", <Time key="at" at={record.at} />],
            [
              "Release",
              release === null ? (
                <Mono key="r" title={record.releaseId}>
                  {record.releaseId.slice(0, 12)}
                </Mono>
              ) : (
                <Link key="r" className="link" href={href("/serving")}>{`Release ${release.number}`}</Link>
              ),
            ],
            [
              "Ranker",
              ranker === null ? (
                "none on this rung"
              ) : (
                <Link
                  key="m"
                  className="link font-mono text-xs"
                  href={href(`/models/${ranker.modelName}/v/${ranker.version}`)}
                >
                  {record.modelVersion}
                </Link>
              ),
            ],
            ["Replica", <Mono key="p">{record.replicaId}</Mono>],
            [
              "Filters",
              record.filters === null ? "none" : <Mono key="f">{JSON.stringify(record.filters)}</Mono>,
            ],
            [
              "Context",
              <Mono key="c" className="break-all">
                {JSON.stringify(record.context)}
              </Mono>,
            ],
          ]}
        />
      </Section>
      <Section title="Known about the shopper" className="max-lg:mt-8">
        <Facts
          rows={[
            ["Pseudonym", record.shopper === null ? "none" : <Mono key="s">{record.shopper}</Mono>],
            ["Personalised", record.personalized ? "yes" : "no, opted out"],
            ["Vector", shopperState.hasUserVector ? "learned" : "none yet"],
            ["Purchased", formatCount(shopperState.nPurchased)],
            ["Hidden", formatCount(shopperState.nBlocked)],
          ]}
        />
        <h3 className="mt-4 mb-2 text-ink-3 text-xs">Recent items, newest first</h3>
        {record.recentItems.length === 0 ? (
          <p className="text-ink-2">None: this shopper was new.</p>
        ) : (
          <ol className="flex flex-wrap gap-2">
            {record.recentItems.slice(0, 12).map(({ itemId, item }) => (
              <li
                key={itemId}
                className="flex max-w-60 items-center gap-2 rounded border border-line py-1 pr-2 pl-1 text-xs"
              >
                <ProductPicture
                  itemId={itemId}
                  category={item?.category ?? ""}
                  brand={item?.brand ?? ""}
                  className="size-7 shrink-0 rounded"
                />
                <ItemLink itemId={itemId} className="truncate hover:underline">
                  {item?.title ?? itemId}
                </ItemLink>
              </li>
            ))}
          </ol>
        )}
      </Section>
    </div>
  );
}
