import { selectTopK } from "@shortlist/ml";
import { countBefore, type InteractionLog } from "./interactionLog";

const DAY_MS = 86_400_000;
/** What happened a week ago counts half: trending is about this week, and survives a quiet Sunday. */
const TRENDING_HALF_LIFE_MS = 7 * DAY_MS;
const LIST_LENGTH = 1_000;
/** A segment with fewer events has no list of its own: its order would be chance. */
const SEGMENT_EVENTS_MIN = 500;
const REGIONS_MAX = 30;
/** Four devices are known; a log from elsewhere may name thousands. */
const DEVICES_MAX = 8;

/**
 * Precomputed lists of item indexes, best first: the trending and segment_popular sources, rung 3 (segment) and rung 4
 * (popular). Segments are a region, a device (`all/app`) or both (`DE/app`).
 */
export interface Lists {
  readonly columns: Record<string, Int32Array>;
  readonly segments: string[];
  readonly trendingRegions: string[];
}

interface Segment {
  readonly name: string;
  readonly has: (event: number) => boolean;
}

export function computeLists(log: InteractionLog, atMs: number): Lists {
  const end = countBefore(log, atMs);
  const counts = new Float32Array(log.nItems);
  const recent = new Float32Array(log.nItems);
  const count = (has: (event: number) => boolean): number => {
    counts.fill(0);
    recent.fill(0);
    let events = 0;
    for (let e = 0; e < end; e++) {
      if (!has(e)) continue;
      counts[log.item[e]!]! += log.weight[e]!;
      recent[log.item[e]!]! += log.weight[e]! * decay(atMs - log.timeMs[e]!);
      events++;
    }
    return events;
  };
  count(() => true);
  const columns: Record<string, Int32Array> = {
    popular: best(counts, LIST_LENGTH),
    "trending:all": best(recent, LIST_LENGTH),
  };
  const regions = findLargest(log.region.subarray(0, end), log.regions, REGIONS_MAX);
  const devices = findLargest(log.device.subarray(0, end), log.devices, DEVICES_MAX);
  const trendingRegions: string[] = [];
  for (const { name, index } of regions) {
    if (count((e) => log.region[e] === index) < SEGMENT_EVENTS_MIN) continue;
    columns[`segment:${name}`] = best(counts, LIST_LENGTH);
    columns[`trending:${name}`] = best(recent, LIST_LENGTH);
    trendingRegions.push(name);
  }
  const segments = [...trendingRegions];
  for (const segment of listDeviceSegments(log, regions, devices)) {
    if (count(segment.has) < SEGMENT_EVENTS_MIN) continue;
    columns[`segment:${segment.name}`] = best(counts, LIST_LENGTH);
    segments.push(segment.name);
  }
  return { columns, segments, trendingRegions };
}

interface NamedIndex {
  readonly name: string;
  readonly index: number;
}

function listDeviceSegments(
  log: InteractionLog,
  regions: readonly NamedIndex[],
  devices: readonly NamedIndex[],
): Segment[] {
  return devices.flatMap((device) => [
    { name: `all/${device.name}`, has: (e: number) => log.device[e] === device.index },
    ...regions.map((region) => ({
      name: `${region.name}/${device.name}`,
      has: (e: number) => log.device[e] === device.index && log.region[e] === region.index,
    })),
  ]);
}

/** Names with the most events, most first; a slash would be read as a region and a device. */
function findLargest(indexes: Int32Array, names: readonly string[], max: number): NamedIndex[] {
  const events = new Int32Array(names.length);
  for (const index of indexes) if (index >= 0) events[index]!++;
  return names
    .map((name, index) => ({ name, index }))
    .filter(({ name, index }) => events[index]! >= SEGMENT_EVENTS_MIN && !name.includes("/"))
    .sort((a, b) => events[b.index]! - events[a.index]!)
    .slice(0, max);
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
