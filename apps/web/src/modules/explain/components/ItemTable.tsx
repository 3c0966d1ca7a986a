"use client";

import Link from "next/link";
import { Fragment, useState } from "react";
import { ProductPicture } from "@/components/picture/ProductPicture";
import { ItemLink } from "@/components/ui/ItemLink";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { formatPrice } from "@/lib/format";
import { useWorkspace } from "@/modules/shell/session";
import {
  contributionScale,
  type Explained,
  type ExplainedItem,
  movedBy,
  noContributionsText,
} from "../presenters/explainView";
import { Contributions } from "./Contributions";

const head = "h-8 whitespace-nowrap px-3 text-left font-medium text-ink-3 text-xs first:pl-0";

/** The slate in order, with where each item came from, what the ranker said and what moved it afterwards. */
export function ItemTable({ record }: { record: Explained }) {
  const [opened, setOpened] = useState<string | null>(record.items[0]?.itemId ?? null);
  const scale = contributionScale(record.items);
  if (record.items.length === 0)
    return <p className="hatched rounded border border-line px-3 py-4">The slate was empty.</p>;
  return (
    <ScrollRegion label="Items of the slate">
      <table className="w-full border-collapse">
        <thead>
          <tr className="border-line border-b">
            <th scope="col" className={head}>
              #
            </th>
            <th scope="col" className={head}>
              Item
            </th>
            <th scope="col" className={head}>
              Reason
            </th>
            <th scope="col" className={head}>
              Rank in its sources
            </th>
            <th scope="col" className={`${head} text-right`}>
              Ranker said
            </th>
            <th scope="col" className={`${head} text-right`}>
              Score
            </th>
            <th scope="col" className={head}>
              <span className="sr-only">Contributions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {record.items.map((item) => {
            const isOpen = opened === item.itemId;
            return (
              <Fragment key={item.itemId}>
                <tr className="border-line border-b">
                  <td className="w-8 font-medium">{item.position + 1}</td>
                  <td className="px-3 py-1">
                    <ItemCell item={item} />
                  </td>
                  <td className="min-w-28 px-3 text-ink-2">
                    {item.reason}
                    {item.rules?.map((rule) => (
                      <RuleNote key={rule} note={rule} />
                    ))}
                  </td>
                  <td className="min-w-40 px-3 py-1">
                    {item.sources.map(({ name, rank }) => (
                      <span key={name} className="mr-3 inline-block whitespace-nowrap text-ink-2">
                        {name} <span className="text-ink">{rank}</span>
                      </span>
                    ))}
                  </td>
                  <td className="whitespace-nowrap px-3 text-right">
                    <RankerPosition item={item} />
                  </td>
                  <td className="px-3 text-right font-mono text-xs">{item.score.toFixed(4)}</td>
                  <td className="text-right">
                    <button
                      type="button"
                      aria-expanded={isOpen}
                      onClick={() => setOpened(isOpen ? null : item.itemId)}
                      className="link h-7 whitespace-nowrap"
                    >
                      {isOpen ? "Close" : "Why"}
                      <span className="sr-only"> {item.item?.title ?? item.itemId}</span>
                    </button>
                  </td>
                </tr>
                {isOpen && (
                  <tr className="border-line border-b bg-sunken/50">
                    <td colSpan={7} className="px-3 py-3">
                      {item.explanation.status === "ok" ? (
                        <Contributions item={item} scale={scale} />
                      ) : (
                        <p className="text-ink-2">{noContributionsText(item)}.</p>
                      )}
                    </td>
                  </tr>
                )}
              </Fragment>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function ItemCell({ item: { itemId, item } }: { item: ExplainedItem }) {
  return (
    <span className="flex min-w-56 items-center gap-3">
      <ProductPicture
        itemId={itemId}
        category={item?.category ?? ""}
        brand={item?.brand ?? ""}
        className="size-9 shrink-0 rounded"
      />
      <span className="min-w-0">
        <ItemLink itemId={itemId} className="block font-medium hover:underline">
          {item?.title ?? "not in the catalogue any more"}
        </ItemLink>
        <span className="block text-ink-3 text-xs">
          <code className="font-mono">{itemId}</code>
          {item !== null && ` · ${item.brand} · ${formatPrice(item.price, item.currency)}`}
        </span>
      </span>
    </span>
  );
}

function RankerPosition({ item }: { item: ExplainedItem }) {
  const moved = movedBy(item);
  if (moved === null) return <span className="text-ink-3">no ranker</span>;
  return (
    <>
      {item.rankerPosition! + 1}
      {moved !== 0 && (
        <span className="ml-2 text-ink-2 text-xs">
          {moved > 0 ? `▲ up ${moved}` : `▼ down ${-moved}`} after caps
        </span>
      )}
    </>
  );
}

/** `boost:<ruleId>@<revision>`, as a link to the rule. */
function RuleNote({ note }: { note: string }) {
  const { slug: workspace } = useWorkspace();
  const [effect, ruleId] = note.split(/[:@]/) as [string, string];
  return (
    <Link
      href={`/w/${workspace}/rules/${ruleId}`}
      className="block text-xs underline decoration-line-strong underline-offset-2"
    >
      {effect} by a rule
    </Link>
  );
}
