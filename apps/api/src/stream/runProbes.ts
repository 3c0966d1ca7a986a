import { randomUUID } from "node:crypto";
import {
  type FeatureFreshness,
  PROBE_SHOPPER,
  redisKeys,
  type StoredInteraction,
} from "@shortlist/contracts";
import { getStreamKey, loadStreamStates, type OnlineView } from "@shortlist/online";
import { partitionOf } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { createProbeEvent, ProbeSamples } from "./probe";

// Measures how fresh a view is, end to end: a synthetic event goes into the real event stream, past the same workers
// as everyone's, and is looked for in the store until it is there (D4). The archiver leaves probes out.

/** The wait between two looks is part of the lag that is measured. */
const LOOK_MS = 10;
/** A probe that needs longer than twice the objective has failed; a short objective still gets time for a restart. */
const TIMEOUT_MIN_MS = 10_000;
const TIMEOUT_MAX_MS = 60_000;
/** A row of probes remembers their ids as any row does; starting it anew keeps it small. */
const PROBES_PER_ROW = 50;

export interface ProbeDeps {
  readonly redis: Redis;
  readonly name: string;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  readonly isStopped: () => boolean;
  /** Whether the view is still folded; a probe of one that is not would wait in vain. */
  readonly isLive: (workspace: string, viewId: string) => boolean;
}

interface Probe {
  readonly view: OnlineView;
  readonly event: StoredInteraction;
  readonly key: readonly string[];
  readonly timeoutMs: number;
}

/** Measures views round by round; samples live as long as this does. */
export function createProber(deps: ProbeDeps) {
  const { redis, now } = deps;
  const samples = new Map<string, ProbeSamples>();
  let rounds = 0;

  const record = async (
    workspace: string,
    view: OnlineView,
    o: { lagMs: number | null; result: FeatureFreshness["lastResult"]; lastWriteAtMs: number | null },
  ) => {
    const id = `${workspace}\n${view.id}`;
    const own = samples.get(id) ?? new ProbeSamples();
    samples.set(id, own);
    const atMs = now();
    if (o.lagMs !== null) own.add({ atMs, lagMs: o.lagMs, isTimeout: o.result === "timeout" });
    const freshness: FeatureFreshness = {
      ...own.summarize(atMs),
      lastProbeAtMs: atMs,
      lastResult: o.result,
      lastWriteAtMs: o.lastWriteAtMs,
      measuredBy: deps.name,
    };
    await redis.hset(redisKeys.featureFreshness(workspace), view.id, JSON.stringify(freshness));
  };

  return {
    /** One probe of each view of a workspace, all at once; ends when each is readable or too late. */
    async probe(workspace: string, views: readonly OnlineView[]): Promise<void> {
      const writes = await redis.hgetall(redisKeys.featureWrites(workspace));
      const lastWriteOf = (view: OnlineView) =>
        writes[view.id] === undefined ? null : Number(writes[view.id]);
      const probes: Probe[] = [];
      for (const view of views) {
        const probe = createProbe(view, now());
        if (probe !== null) probes.push(probe);
        else
          await record(workspace, view, {
            lagMs: null,
            result: "unprobeable",
            lastWriteAtMs: lastWriteOf(view),
          });
      }
      if (rounds++ % PROBES_PER_ROW === 0)
        for (const { view, key } of probes) await redis.del(getStreamKey(workspace, view, key));
      const sentMs = now();
      const pipeline = redis.pipeline();
      const stream = redisKeys.events(workspace, partitionOf(PROBE_SHOPPER));
      for (const { event } of probes) pipeline.xadd(stream, "*", "e", JSON.stringify(event));
      await pipeline.exec();
      let waiting = probes;
      while (waiting.length > 0 && !deps.isStopped()) {
        await deps.sleep(LOOK_MS);
        const rows = await loadStreamStates(
          redis,
          waiting.map(({ view, key }) => ({ workspace, view, keys: [key] })),
        );
        const lagMs = now() - sentMs;
        const still: Probe[] = [];
        for (const [i, probe] of waiting.entries()) {
          if (!deps.isLive(workspace, probe.view.id)) continue;
          const isReadable = rows[i]![0]!.state?.seen.has(probe.event.eventId) ?? false;
          const lastWriteAtMs = lastWriteOf(probe.view);
          if (isReadable) await record(workspace, probe.view, { lagMs, result: "readable", lastWriteAtMs });
          else if (lagMs > probe.timeoutMs)
            await record(workspace, probe.view, { lagMs, result: "timeout", lastWriteAtMs });
          else still.push(probe);
        }
        waiting = still;
      }
    },

    /** Takes the measurements of views that are not folded any more off the list. */
    async forget(workspace: string, liveIds: readonly string[]): Promise<void> {
      const key = redisKeys.featureFreshness(workspace);
      const gone = (await redis.hkeys(key)).filter((id) => !liveIds.includes(id));
      if (gone.length > 0) await redis.hdel(key, ...gone);
    },
  };
}

function createProbe(view: OnlineView, nowMs: number): Probe | null {
  const { view: definition } = view.live;
  const event = createProbeEvent({ view: definition, plan: view.plan }, { eventId: randomUUID(), nowMs });
  if (event === null) return null;
  const objectiveMs = definition.freshnessObjectiveSeconds * 1000;
  return {
    view,
    event,
    key: view.plan.keyOf(event)!,
    timeoutMs: Math.min(TIMEOUT_MAX_MS, Math.max(TIMEOUT_MIN_MS, 2 * objectiveMs)),
  };
}
