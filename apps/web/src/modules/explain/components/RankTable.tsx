import { ItemLink } from "@/components/ui/ItemLink";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { formatDecimal } from "@/lib/format";
import { outcomeText, type ReplayItem, STAGES, stageRanks } from "../presenters/replayView";

const head = "h-8 whitespace-nowrap px-3 font-medium text-ink-3 text-xs first:pl-0";

/** Where each item stood after each stage, with its moves from the ranker on. */
export function RankTable({ items }: { items: readonly ReplayItem[] }) {
  if (items.length === 0)
    return (
      <p className="hatched rounded border border-line px-3 py-4">Nothing was ranked: the slate is a list.</p>
    );
  return (
    <ScrollRegion label="Ranks after each stage">
      <table className="w-full border-collapse">
        <caption className="sr-only">Ranks after each stage</caption>
        <thead>
          <tr className="border-line border-b">
            <th scope="col" className={`${head} text-left`}>
              Item
            </th>
            {[...STAGES.map(([, name]) => name), "Slate"].map((name) => (
              <th key={name} scope="col" className={`${head} text-right`}>
                {name}
              </th>
            ))}
            <th scope="col" className={`${head} text-right`}>
              Score
            </th>
            <th scope="col" className={`${head} text-left`}>
              Outcome
            </th>
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={item.itemId} data-rank-row={item.itemId} className="border-line border-b">
              <th scope="row" className="h-8 min-w-48 pr-3 text-left font-normal">
                <ItemLink itemId={item.itemId}>{item.item?.title ?? item.itemId}</ItemLink>
              </th>
              {stageRanks(item).map(({ stage, rank, moved }) => (
                <td key={stage} className="whitespace-nowrap px-3 text-right">
                  {rank ?? <span className="text-ink-3">–</span>}
                  {moved !== null && moved !== 0 && (
                    <span className="ml-1 text-ink-2 text-xs">{moved > 0 ? `▲${moved}` : `▼${-moved}`}</span>
                  )}
                </td>
              ))}
              <td className="px-3 text-right font-mono text-xs">{formatDecimal(item.rulesScore, 4)}</td>
              <td className="whitespace-nowrap px-3 text-ink-2">{outcomeText(item)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}
