import { randomUUID } from "node:crypto";
import type { QuarantineGroupKey, RepairStep } from "@shortlist/contracts";
import type { QuarantinedRow } from "@shortlist/lake";
import type { AppContext } from "../context";

/** Taps of an app release that calls clicks by a name of its own. */
export const TAPS: QuarantineGroupKey = {
  reason: "unknown_type",
  origin: "collector",
  eventType: null,
  appVersion: "ios-4.2",
};
export const TAPS_ARE_CLICKS: RepairStep[] = [{ op: "map", field: "type", values: { tap: "click" } }];

/** One tap, received `ageMs` ago, as the collector set it aside; `change` alters the event. */
export function createTap(i: number, change: object = {}, ageMs = 3_600_000): QuarantinedRow {
  const receivedAtMs = Date.now() - ageMs;
  const event = {
    eventId: randomUUID(),
    type: "tap",
    itemId: `sku-${i % 7}`,
    userId: `ABCDEFGHIJKLMNOPQRSTU${i % 10}`,
    occurredAt: new Date(receivedAtMs - 1_000).toISOString(),
    ...change,
  };
  return {
    source: "collector",
    rowNumber: receivedAtMs,
    reason: "unknown_type",
    reasons: ["unknown_type"],
    problems: ["type: must be one of view"],
    receivedAtMs,
    appVersion: TAPS.appVersion,
    raw: JSON.stringify(event),
    isEvent: true,
  };
}

export async function setAside(
  ctx: Pick<AppContext, "lake">,
  workspace: string,
  rows: readonly QuarantinedRow[],
): Promise<void> {
  await (await ctx.lake()).writeQuarantine(workspace, `b-${randomUUID()}`, rows);
}
