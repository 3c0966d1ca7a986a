import { FeatureStart, PROBE_SHOPPER, redisKeys } from "@shortlist/contracts";
import type { Lake, QuarantinedRow } from "@shortlist/lake";
import { FEATURE_STATE_FORMAT } from "@shortlist/ml";
import { timeOfEntry } from "../archive/streams";
import { decideRetry } from "./decideRetry";
import { type FoldDeps, type FoldEntry, foldEntries } from "./foldEntries";
import type { StreamedView, StreamedViews } from "./liveViews";
import {
  acknowledge,
  claim,
  type Delivery,
  listPending,
  type Partition,
  type PendingEntry,
  readNew,
} from "./partitions";
import { readEvent } from "./readEntry";

// One round of the stream worker: read, fold, write, and only then acknowledge. A kill at any line loses nothing: what
// was not acknowledged is delivered again, and the rows know which events they have counted (invariant 4).

export interface LiveDeps extends FoldDeps {
  readonly lake: () => Promise<Lake>;
  /** Name of this worker, of one process alone. */
  readonly name: string;
  /** Told of every view that events of shoppers, not probes, were folded into. */
  readonly onFolded?: (workspace: string, viewId: string) => void;
}

export interface LiveOptions {
  /**
   * Entries of a partition in one round at most. Only a backlog fills a round, and then more entries mean more events to
   * each row that is written.
   */
  readonly batchMax: number;
  readonly retryAfterMs: number;
  readonly claimAfterMs: number;
}

export const LIVE_OPTIONS: LiveOptions = { batchMax: 3_000, retryAfterMs: 2_000, claimAfterMs: 10_000 };

/** A file of poison would fill the lake. */
const RAW_MAX = 4_000;
const PENDING_MAX = 1_000;

/** Folds what is new. Returns how many entries were read, and whether a partition may hold more. */
export async function foldNew(
  deps: LiveDeps,
  { partitions, views }: { partitions: readonly Partition[]; views: StreamedViews },
  o: LiveOptions,
): Promise<{ entries: number; hasMore: boolean }> {
  const deliveries = await readNew(deps.redis, partitions, { consumer: deps.name, count: o.batchMax });
  if (deliveries.length === 0) return { entries: 0, hasMore: false };
  await foldDeliveries(deps, deliveries, views);
  const perPartition = new Map<Partition, number>();
  for (const { partition } of deliveries) perPartition.set(partition, (perPartition.get(partition) ?? 0) + 1);
  return {
    entries: deliveries.length,
    hasMore: [...perPartition.values()].some((n) => n === o.batchMax),
  };
}

/** Takes up what was delivered and never acknowledged: of workers that died, and what failed here. */
export async function foldPending(
  deps: LiveDeps,
  { partitions, views }: { partitions: readonly Partition[]; views: StreamedViews },
  o: LiveOptions,
): Promise<number> {
  const minIdleMs = Math.min(o.retryAfterMs, o.claimAfterMs);
  const pending = await listPending(deps.redis, partitions, { minIdleMs, count: PENDING_MAX });
  const groups: Record<ReturnType<typeof decideRetry>, PendingEntry[]> = {
    wait: [],
    again: [],
    alone: [],
    set_aside: [],
  };
  for (const entry of pending) groups[decideRetry(entry, { ...o, self: deps.name })].push(entry);
  const take = (entries: readonly PendingEntry[]) =>
    claim(deps.redis, entries, { consumer: deps.name, minIdleMs });
  if (groups.again.length > 0) await foldDeliveries(deps, await take(groups.again), views);
  // Claimed one by one: a claim counts as a try, and one that kills this process must not count against the others.
  for (const entry of groups.alone)
    for (const delivery of await take([entry])) {
      const failed = await foldDeliveries(deps, [delivery], views);
      for (const [poison, error] of failed) await setAside(deps, poison, error.message);
    }
  for (const delivery of await take(groups.set_aside))
    await setAside(deps, delivery, "every process that folded it came to its end");
  return pending.length - groups.wait.length;
}

interface DeliveredEntry extends FoldEntry {
  readonly delivery: Delivery;
}

/** Folds, writes, and acknowledges all that did not fail. */
async function foldDeliveries(
  deps: LiveDeps,
  deliveries: readonly Delivery[],
  views: StreamedViews,
): Promise<Map<Delivery, Error>> {
  await learnStarts(deps, deliveries, views);
  const entries: DeliveredEntry[] = [];
  for (const delivery of deliveries) {
    const { workspace } = delivery.partition;
    const due = listDue(views.get(workspace) ?? [], delivery.id);
    const event = due.length === 0 ? null : readEvent(delivery.json);
    if (event !== null) entries.push({ workspace, event, views: due, delivery });
  }
  const { failed } = await foldEntries(deps, entries);
  const poison = new Map([...failed].map(([{ delivery }, error]) => [delivery, error]));
  await acknowledge(
    deps.redis,
    poison.size === 0 ? deliveries : deliveries.filter((delivery) => !poison.has(delivery)),
  );
  for (const { workspace, event, views: folded } of entries)
    if (event.shopper !== PROBE_SHOPPER) for (const { id } of folded) deps.onFolded?.(workspace, id);
  return poison;
}

/** The views an entry is folded into as it comes; what came before their start is folded by catching up. */
function listDue(views: readonly StreamedView[], id: string): FoldEntry["views"] {
  const atMs = timeOfEntry(id);
  return views.filter(({ start }) => start !== null && atMs >= start.liveFromMs).map(({ view }) => view);
}

/**
 * Reads the starts that are not known yet. After the entries, never before: a start lies in the future when it is
 * set, so whoever holds an entry from after it finds it here.
 */
async function learnStarts(
  { redis }: LiveDeps,
  deliveries: readonly Delivery[],
  views: StreamedViews,
): Promise<void> {
  const workspaces = new Set(deliveries.map(({ partition }) => partition.workspace));
  for (const workspace of workspaces) {
    const unknown = (views.get(workspace) ?? []).filter(({ start }) => start === null);
    if (unknown.length === 0) continue;
    const key = redisKeys.featureStarts(workspace, FEATURE_STATE_FORMAT);
    const held = await redis.hmget(key, ...unknown.map(({ view }) => view.id));
    unknown.forEach((streamed, i) => {
      const text = held[i];
      if (typeof text === "string") streamed.start = FeatureStart.parse(JSON.parse(text));
    });
  }
}

/** Keeps the entry with its reason, or it would be delivered for ever (D1). */
async function setAside(deps: LiveDeps, { id, json, partition }: Delivery, problem: string): Promise<void> {
  const row: QuarantinedRow = {
    source: "feature stream",
    rowNumber: timeOfEntry(id),
    reason: "poison",
    problems: [problem],
    receivedAtMs: timeOfEntry(id),
    appVersion: null,
    raw: `${id} ${(json ?? "").slice(0, RAW_MAX)}`,
  };
  const lake = await deps.lake();
  await lake.writeQuarantine(partition.workspace, `features-p${partition.partition}-${id}`, [row]);
  await acknowledge(deps.redis, [{ id, json, partition }]);
  deps.logger.warn(
    { workspace: partition.workspace, entry: id, problem },
    "an entry was set aside: a view cannot fold it",
  );
}
