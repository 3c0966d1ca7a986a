import type { FunnelCounts } from "@shortlist/contracts";
import { type FunnelStep, listFunnelCounts } from "@shortlist/platform";
import type { Redis } from "ioredis";

/** Replicas write every two seconds and clicks come within five: after this a span is as good as whole. */
const SETTLED_MS = 3 * 60_000;
/** What came late to a settled span, as after an outage, is seen after this. */
const FRESH_MS = 60_000;
/** Settled spans read again at a time, so that no refresh of a page reads a whole day. */
const AGAIN_MAX = 10;
/** A day by tens and two hours by the minute, of one workspace about 25 MB when everything is busy. */
const HELD_MAX = 300;

interface Held {
  readonly counts: FunnelCounts;
  readonly readAtMs: number;
}
/** Per connection, because one process of the tests holds several. */
const caches = new WeakMap<Redis, Map<string, Held>>();

/**
 * The spans of the last `minutes` minutes, oldest first. A busy span has hundreds of fields, so those that are over are
 * kept and read again only now and then.
 */
export async function readSpans(
  redis: Redis,
  workspace: string,
  o: { readonly minutes: number; readonly step: FunnelStep; readonly nowMs: number },
): Promise<{ minute: number; counts: FunnelCounts }[]> {
  const cache = caches.get(redis) ?? new Map<string, Held>();
  caches.set(redis, cache);
  const keyOf = (minute: number) => `${workspace}|${o.step}|${minute}`;
  const last = Math.floor(o.nowMs / 60_000 / o.step);
  const spans = o.minutes / o.step;
  const starts = Array.from({ length: spans }, (_, i) => (last - spans + 1 + i) * o.step);
  const readAtOf = (minute: number) => cache.get(keyOf(minute))?.readAtMs ?? 0;
  const ageOf = (minute: number) => o.nowMs - readAtOf(minute);
  /** Read when it was whole already. */
  const isSettled = (minute: number) => readAtOf(minute) - (minute + o.step) * 60_000 > SETTLED_MS;
  const again = starts
    .filter((minute) => isSettled(minute) && ageOf(minute) > FRESH_MS)
    .sort((a, b) => ageOf(b) - ageOf(a))
    .slice(0, AGAIN_MAX);
  const due = [...starts.filter((minute) => !isSettled(minute)), ...again];
  const read = await listFunnelCounts(redis, workspace, { minutes: due, step: o.step });
  due.forEach((minute, i) => {
    // Set anew, so that the oldest entries are those that nobody asked for.
    cache.delete(keyOf(minute));
    cache.set(keyOf(minute), { counts: read[i]!, readAtMs: o.nowMs });
  });
  const answer = starts.map((minute) => ({ minute, counts: cache.get(keyOf(minute))!.counts }));
  for (const key of cache.keys()) {
    if (cache.size <= HELD_MAX) break;
    cache.delete(key);
  }
  return answer;
}
