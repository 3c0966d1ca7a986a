import { selectTopK } from "@shortlist/ml";
import { countBefore, type InteractionLog } from "./interactionLog";

const DAY_MS = 86_400_000;
/** What happened a week ago counts half: trending is about this week, and survives a quiet Sunday. */
const TRENDING_HALF_LIFE_MS = 7 * DAY_MS;
const LIST_LENGTH = 1_000;
/** A region with fewer events has no list of its own: its order would be chance. */
const REGION_EVENTS_MIN = 500;
const REGIONS_MAX = 30;

/** Precomputed lists of item indexes, best first: trending source, rung 3 (segment) and rung 4 (popular). */
export interface Lists {
  readonly columns: Record<string, Int32Array>;
  readonly segments: string[];
  readonly trendingRegions: string[];
}

export function computeLists(log: InteractionLog, atMs: number): Lists {
  const end = countBefore(log, atMs);
  const counts = new Float32Array(log.nItems);
  const recent = new Float32Array(log.nItems);
  const perRegion = new Int32Array(log.regions.length);
  for (let e = 0; e < end; e++) {
    counts[log.item[e]!]! += log.weight[e]!;
    recent[log.item[e]!]! += log.weight[e]! * decay(atMs - log.timeMs[e]!);
    if (log.region[e]! >= 0) perRegion[log.region[e]!]!++;
  }
  const columns: Record<string, Int32Array> = {
    popular: best(counts, LIST_LENGTH),
    "trending:all": best(recent, LIST_LENGTH),
  };
  const regions = log.regions
    .map((name, index) => ({ name, index, events: perRegion[index]! }))
    .filter(({ events }) => events >= REGION_EVENTS_MIN)
    .sort((a, b) => b.events - a.events)
    .slice(0, REGIONS_MAX);
  for (const { name, index } of regions) {
    counts.fill(0);
    recent.fill(0);
    for (let e = 0; e < end; e++) {
      if (log.region[e] !== index) continue;
      counts[log.item[e]!]! += log.weight[e]!;
      recent[log.item[e]!]! += log.weight[e]! * decay(atMs - log.timeMs[e]!);
    }
    columns[`segment:${name}`] = best(counts, LIST_LENGTH);
    columns[`trending:${name}`] = best(recent, LIST_LENGTH);
  }
  const names = regions.map(({ name }) => name);
  return { columns, segments: names, trendingRegions: names };
}

function decay(ageMs: number): number {
  return 2 ** (-ageMs / TRENDING_HALF_LIFE_MS);
}

/** Items with a positive score, best first; the whole catalogue in table order when nothing was ever seen. */
function best(scores: Float32Array, k: number): Int32Array {
  const wanted = Math.min(k, scores.length);
  const out = new Int32Array(wanted);
  const found = selectTopK(scores, scores.length, wanted, out);
  return out.slice(0, found);
}
