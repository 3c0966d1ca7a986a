import { type BackfillPlan, redisKeys } from "@shortlist/contracts";
import { type Lake, openBatchSource } from "@shortlist/lake";
import {
  compactFeatureState,
  type FeaturePlan,
  type FeatureState,
  parseFeatureState,
  readMerged,
  serializeFeatureState,
} from "@shortlist/ml";
import { compileLiveView, loadStreamStates } from "@shortlist/online";
import type { Redis } from "ioredis";
import { compareRows, type RowPair } from "./compareRows";
import { type BackfillTarget, ROWS_SAMPLED_MAX, toViewId } from "./target";

/** Rows that one round trip reads. */
const ROWS_PER_READ = 250;

export interface PlanPorts {
  readonly lake: Lake;
  readonly redis: Redis;
  readonly nowMs: () => number;
  readonly rowsPerSecond: number;
  readonly report: (progressPct: number, step: string) => void;
}

/**
 * What a backfill would read, write and change, without writing anything. The events are counted all; a sample of the
 * rows is computed, and compared with what readers are given at this moment from batch and stream.
 */
export async function planBackfill(
  target: BackfillTarget,
  ports: PlanPorts,
): Promise<Omit<BackfillPlan, "consumers">> {
  const { view, live, workspace } = target;
  const startedMs = ports.nowMs();
  ports.report(5, "reading the events");
  const source = await openBatchSource(ports.lake, view, {
    scan: ports.lake.scan(workspace, "events"),
    batchEndMs: target.batchEndMs,
    knownByMs: target.knownByMs,
    partitions: null,
    rowsPerPartition: ROWS_SAMPLED_MAX,
  });
  const readMs = ports.nowMs() - startedMs;
  ports.report(40, "computing a sample of the rows");
  const states = [...(source.nRows === 0 ? [] : await source.loadStates(0))].slice(0, ROWS_SAMPLED_MAX);
  const online = compileLiveView(live);
  let bytes = 0;
  for (const [, state] of states) {
    // As they would be written.
    compactFeatureState(online.plan, state);
    bytes += Buffer.byteLength(serializeFeatureState(state));
  }
  const computeMs = ports.nowMs() - startedMs - readMs;
  ports.report(70, "comparing it with what readers are given");
  const pairs = await comparePairs(target, ports, states);
  await source.close();
  const compared = compareRows(
    pairs,
    online.plan.outputs.map(({ name }) => name),
  );
  const perRowMs = states.length === 0 ? 0 : computeMs / states.length;
  return {
    computedAtMs: ports.nowMs(),
    nEvents: source.nEvents,
    nRows: source.nRows,
    bytes: states.length === 0 ? 0 : Math.round((bytes / states.length) * source.nRows),
    seconds: (readMs + source.nRows * (perRowMs + 1000 / ports.rowsPerSecond)) / 1000,
    against: live.batch,
    nSampled: states.length,
    ...compared,
  };
}

async function comparePairs(
  { workspace, view, live }: BackfillTarget,
  { redis, nowMs }: Pick<PlanPorts, "redis" | "nowMs">,
  states: readonly [string, FeatureState][],
): Promise<RowPair[]> {
  const online = compileLiveView(live);
  const { plan } = online;
  const pairs: RowPair[] = [];
  for (let at = 0; at < states.length; at += ROWS_PER_READ) {
    const some = states.slice(at, at + ROWS_PER_READ);
    const keys = some.map(([key]) => JSON.parse(key) as string[]);
    const streams = online.isStreamed
      ? (await loadStreamStates(redis, [{ workspace, view: online, keys }]))[0]!
      : [];
    const generation = online.batchGeneration;
    const texts =
      generation === null
        ? []
        : await Promise.all(
            keys.map((key) =>
              redis.get(
                redisKeys.featureBatch(workspace, toViewId(view), { entity: view.entity, key, generation }),
              ),
            ),
          );
    const atMs = nowMs();
    some.forEach(([, state], i) => {
      const stream = streams[i]?.state ?? null;
      const text = texts[i] ?? null;
      const batch = text === null ? null : readState(plan, text);
      const readMs = Math.max(atMs, state.sealedMs, batch?.sealedMs ?? 0, stream?.sealedMs ?? 0);
      pairs.push({
        before: stream === null && batch === null ? null : readMerged(plan, { batch, stream }, readMs),
        after: readMerged(plan, { batch: state, stream }, readMs),
      });
    });
  }
  return pairs;
}

/** A state that cannot be read, such as one of an earlier release, is none: so readers take it too. */
function readState(plan: FeaturePlan, text: string): FeatureState | null {
  try {
    return parseFeatureState(plan, text);
  } catch {
    return null;
  }
}
