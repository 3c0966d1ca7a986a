import {
  countsOf,
  FUNNEL_ALL,
  FUNNEL_GROUPS,
  type FunnelCounts,
  findLeadingSourceOf,
  SLATE_TTL_SECONDS,
  SlateLogRecord,
  type StoredInteraction,
  surfaceCounts,
} from "@shortlist/contracts";
import { addFunnelCounts, readSlateLog } from "@shortlist/platform";
import type { Redis } from "ioredis";

const CLICKS: ReadonlySet<string> = new Set(["click", "add_to_cart", "purchase"]);
/** Slates are some ten kilobytes each. */
const CHUNK = 200;

export interface Click {
  readonly requestId: string;
  readonly itemId: string;
  readonly minute: number;
}

/** Items of slates that were clicked, put into the cart or bought, each once, at the time of the first of these. */
export function listClicks(
  events: readonly Pick<StoredInteraction, "type" | "requestId" | "itemId" | "receivedAtMs">[],
): Click[] {
  const clicks = new Map<string, Click>();
  for (const { type, requestId, itemId, receivedAtMs } of events) {
    if (requestId === null || itemId === null || !CLICKS.has(type)) continue;
    const minute = Math.floor(receivedAtMs / 60_000);
    const key = `${requestId}\n${itemId}`;
    const held = clicks.get(key);
    if (held === undefined || minute < held.minute) clicks.set(key, { requestId, itemId, minute });
  }
  return [...clicks.values()];
}

/** What a click adds to the counters: nothing when the slate did not hold the item. */
export function countClick(slate: SlateLogRecord, itemId: string): FunnelCounts | null {
  const item = slate.items.find((candidate) => candidate.itemId === itemId);
  if (item === undefined) return null;
  const counts: FunnelCounts = new Map();
  const surface = surfaceCounts(counts, slate.surface);
  countsOf(surface, "all", FUNNEL_ALL)[FUNNEL_GROUPS.all.indexOf("clicked")]!++;
  const measures = FUNNEL_GROUPS.source;
  for (const { name } of item.sources) countsOf(surface, "source", name)[measures.indexOf("clicked")]!++;
  const leading = findLeadingSourceOf(item.sources);
  if (leading !== null) countsOf(surface, "source", leading)[measures.indexOf("clickedLeading")]!++;
  return counts;
}

/**
 * Adds clicks to the counters of the sources that gave the item, as the log of the slate has them; a click more than an
 * hour after its slate is not counted. An item of a slate counts once, however often and in whatever batch it comes.
 */
export async function countClicks(
  redis: Redis,
  workspace: string,
  events: readonly StoredInteraction[],
): Promise<void> {
  const clicks = listClicks(events);
  for (let at = 0; at < clicks.length; at += CHUNK) {
    const chunk = clicks.slice(at, at + CHUNK);
    const requestIds = [...new Set(chunk.map(({ requestId }) => requestId))];
    const records = await readSlateLog(redis, workspace, requestIds);
    const slates = new Map<string, SlateLogRecord>();
    records.forEach((json, i) => {
      const slate = json === null ? null : readSlate(json);
      if (slate !== null) slates.set(requestIds[i]!, slate);
    });
    await Promise.all(
      chunk.map(async ({ requestId, itemId, minute }) => {
        const slate = slates.get(requestId);
        const counts = slate === undefined ? null : countClick(slate, itemId);
        if (counts === null) return;
        const mark = `c:${requestId}:${itemId}`;
        await addFunnelCounts(redis, {
          workspace,
          minute,
          mark,
          markSeconds: 2 * SLATE_TTL_SECONDS,
          counts,
        });
      }),
    );
  }
}

function readSlate(json: string): SlateLogRecord | null {
  try {
    return SlateLogRecord.safeParse(JSON.parse(json)).data ?? null;
  } catch {
    return null;
  }
}
