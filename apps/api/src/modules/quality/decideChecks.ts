import type { QualityCheckName } from "@shortlist/contracts";
import { decideNulls, decideSchema } from "./checks/fields";
import { decideLateness } from "./checks/lateness";
import {
  decideBots,
  decideDuplicates,
  decideKnownItems,
  decideLinkedShoppers,
  decideRanges,
  decideSetAside,
} from "./checks/shares";
import type { CheckInput, Verdict } from "./checks/verdict";
import { decideVolume, decideVolumeByType } from "./checks/volume";
import type { CheckRow } from "./repository";

/** Days that the longest comparison reaches back: 8 weeks, and one more week so that closed days can be left out. */
export const HISTORY_DAYS = 63;

/**
 * The daily checks: a day's numbers beside those of the days before, and what that says. Pure; where the numbers come
 * from is `computeDayStats` of the lake, when it runs is decided in checkDue. A day without anything to judge is
 * `no_data`. Definitions: docs/methods/quality.md.
 */
export function decideChecks(input: CheckInput): CheckRow[] {
  const checks: Record<QualityCheckName, Verdict> = {
    volume: decideVolume(input),
    volume_by_type: decideVolumeByType(input),
    nulls: decideNulls(input),
    schema: decideSchema(input),
    ranges: decideRanges(input),
    duplicates: decideDuplicates(input),
    lateness: decideLateness(input),
    known_items: decideKnownItems(input),
    linked_shoppers: decideLinkedShoppers(input),
    bots: decideBots(input),
    set_aside: decideSetAside(input),
  };
  return Object.entries(checks).map(([check, verdict]) => ({
    day: input.today.day,
    check: check as QualityCheckName,
    ...verdict,
  }));
}
