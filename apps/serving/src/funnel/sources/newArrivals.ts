import { selectTopK } from "@shortlist/ml";
import type { CandidateSource } from "../../ports/candidateSource";
import { type ItemTable, isEligible } from "../../release/itemTable";

/** Youngest items of the release to choose from; several times the largest quota, because some are not in stock. */
const LISTED_MAX = 10_000;
/** What the shop says was made longer ago only came to this catalogue now, and is no arrival. */
const NEW_DAYS = 30;

/** The newest items that may be shown: what came since the release, latest first, then the release's by age. */
export function createNewArrivalsSource(items: ItemTable): CandidateSource {
  const youngest = listYoungest(items);
  return {
    name: "new_arrivals",
    needsShopper: false,
    retrieve(_query, quota, out) {
      let count = 0;
      const take = (row: number) => {
        out.items[count] = row;
        // The order is the only score: 1, 1/2, 1/3, …
        out.scores[count] = 1 / (count + 1);
        count++;
      };
      for (let row = items.rowCount - 1; row >= items.nItems && count < quota; row--)
        if (isEligible(items.flags[row]!) && items.ageDays[row]! <= NEW_DAYS) take(row);
      for (let i = 0; i < youngest.length && count < quota; i++)
        if (isEligible(items.flags[youngest[i]!]!)) take(youngest[i]!);
      return count;
    },
  };
}

function listYoungest(items: ItemTable): Int32Array {
  const youth = Float32Array.from(items.ageDays.subarray(0, items.nItems), (age) => -age);
  const rows = new Int32Array(Math.min(LISTED_MAX, items.nItems));
  return rows.subarray(0, selectTopK(youth, items.nItems, rows.length, rows));
}
