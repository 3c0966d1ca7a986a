import { GCProfiler, getHeapStatistics } from "node:v8";
import type { ControlDocument } from "@shortlist/contracts";
import { createFileArtifactStore, createLogger, pseudonymise } from "@shortlist/platform";
import { createReplica, type Replica } from "../composition";
import { createDegrader } from "../degrade/degrader";
import { PressureMeter } from "../degrade/pressureMeter";
import { createRecentSlates } from "../degrade/recentSlates";
import { readEnv } from "../env";
import { createFunnel } from "../funnel/recommend";
import { ListUse } from "../funnel/shopperList";
import { createSlateCache } from "../funnel/slateCache";
import type { SlateRequest } from "../funnel/types";
import type { LoadedRelease } from "../release/loadedRelease";
import { NO_RULES } from "../rules/compileRules";
import { LIGHT_M, N_SHOPPERS, PSEUDONYM_KEY, WORKSPACE } from "./benchFixture";
import {
  type Kernels,
  type KernelTimes,
  measureCpuUs,
  measureRecall,
  openKernels,
  type RecordedSearch,
  recordSearches,
} from "./kernels";

export type BenchCommand =
  | {
      readonly kind: "load";
      readonly document: ControlDocument;
      readonly storeDir: string;
      readonly port: number;
      /** M of the collaborative index, for the arithmetic of memory. */
      readonly collaborativeM: number;
    }
  | { readonly kind: "measure"; readonly requests: number }
  | { readonly kind: "cpu" }
  /** Begins to watch the collector, and says what it did since it was last asked. */
  | { readonly kind: "garbage" }
  | { readonly kind: "recall"; readonly queries: number };

export interface LoadReport {
  readonly loadMs: number;
  readonly rssDeltaBytes: number;
  readonly memory: Record<string, number>;
}
/** Share of the true nearest that each index finds, as widely as it is searched. */
export type RecallReport = Record<RecordedSearch["kind"], number>;
export interface MeasureReport {
  readonly kernels: KernelTimes;
  readonly funnelCpuUs: number;
  readonly funnelWallUs: number;
  readonly candidates: number;
  readonly rungs: number[];
  readonly stages: Record<string, number>;
  readonly rung4UsP50: number;
  readonly rung4UsP99: number;
}

export interface GarbageReport {
  readonly bytesAllocated: number;
  /** Of each collection, sorted. */
  readonly pausesMs: readonly number[];
}

/** @returns what was allocated and collected until it is called */
function watchCollector(): () => GarbageReport {
  const profiler = new GCProfiler();
  profiler.start();
  const startBytes = getHeapStatistics().used_heap_size;
  return () => {
    const collections = profiler.stop().statistics;
    let bytesAllocated = 0;
    let heldBytes = startBytes;
    for (const { beforeGC, afterGC } of collections) {
      bytesAllocated += Math.max(0, beforeGC.heapStatistics.usedHeapSize - heldBytes);
      heldBytes = afterGC.heapStatistics.usedHeapSize;
    }
    bytesAllocated += Math.max(0, getHeapStatistics().used_heap_size - heldBytes);
    return { bytesAllocated, pausesMs: collections.map(({ cost }) => cost / 1000).sort((a, b) => a - b) };
  };
}

/** The process under test: one replica on one port, steered by messages from the benchmark. */
export async function runBenchServer(): Promise<void> {
  let replica: Replica | null = null;
  let kernelIndexes: Kernels["indexes"] | null = null;
  let recorded: ReturnType<typeof recordSearches>["searches"] = [];
  let collector = watchCollector();
  const loadedOf = () => replica!.served.get(WORKSPACE)!.stable.loaded;

  const handle = async (command: BenchCommand): Promise<unknown> => {
    switch (command.kind) {
      case "load": {
        replica = await createReplica({
          env: readEnv(),
          logger: createLogger({ name: "bench", level: "warn" }),
          store: createFileArtifactStore(command.storeDir),
        });
        const report = await load(replica, command);
        await replica.app.listen({ host: "127.0.0.1", port: command.port });
        return report;
      }
      case "measure": {
        const { indexes, searches, report } = await measure(replica!, command.requests);
        kernelIndexes = indexes;
        recorded = searches;
        return report;
      }
      case "cpu":
        return process.cpuUsage();
      case "garbage": {
        const report = collector();
        collector = watchCollector();
        return report;
      }
      case "recall": {
        const { content, itemFactors } = loadedOf().indexes;
        const of = (kind: RecordedSearch["kind"], vectors: Float32Array) =>
          measureRecall(
            kernelIndexes![kind],
            vectors,
            recorded.filter((search) => search.kind === kind).slice(0, command.queries),
          );
        const report: RecallReport = {
          collaborative: of("collaborative", itemFactors!),
          content: of("content", content!.vectors.vectors),
        };
        return report;
      }
    }
  };
  process.on("message", (command: BenchCommand) => {
    handle(command).then(
      (result) => process.send?.({ result }),
      (error: unknown) => process.send?.({ error: (error as Error).stack ?? String(error) }),
    );
  });
  process.on("disconnect", () => process.exit(0));
}

async function load(
  replica: Replica,
  { document, collaborativeM }: Extract<BenchCommand, { kind: "load" }>,
): Promise<LoadReport> {
  collectGarbage();
  const before = process.memoryUsage.rss();
  const startedMs = performance.now();
  const [state] = await replica.load([document]);
  if (state?.state !== "serving") throw new Error(state?.reason ?? "not loaded");
  collectGarbage();
  await new Promise((resolve) => setTimeout(resolve, 500));
  collectGarbage();
  const loaded = replica.served.get(WORKSPACE)!.stable.loaded;
  return {
    loadMs: performance.now() - startedMs,
    rssDeltaBytes: process.memoryUsage.rss() - before,
    memory: accountMemory(loaded, collaborativeM),
  };
}

/** Bytes an item has to take by arithmetic: what is stored once each, without any allocator's or map's share. */
function accountMemory(loaded: LoadedRelease, collaborativeM: number): Record<string, number> {
  const n = loaded.items.nItems;
  const dims = loaded.factors;
  const neighbors = loaded.indexes.neighbors;
  return {
    indexVectors: 2 * dims * 4,
    indexLinks: countLinkBytes(LIGHT_M) + countLinkBytes(collaborativeM),
    featureVectors: 2 * dims * 4,
    itemInputs: [...loaded.rankers.values()].reduce(
      (sum, { inputs }) => sum + (inputs?.items?.columns.length ?? 0) * 4,
      0,
    ),
    featureColumns: 7 * 4 + 1 + 8 * 4,
    neighborLinks: neighbors === null ? 0 : (neighbors.items.length * 8) / n + 4,
    idIndex: loaded.items.memoryBytes / n + 14,
    marks: 4,
  };
}

/** hnswlib: 2 M links and a count at level 0, and above it M links and a count for one in M items, and so on. */
function countLinkBytes(m: number): number {
  return (2 * m + 1) * 4 + ((m + 1) * 4) / (m - 1);
}

/** Requests at a time, as under load: one after the other the process would wake up from waiting for each. */
const IN_FLIGHT = 8;

async function measure(replica: Replica, requests: number) {
  const runtime = replica.served.get(WORKSPACE)!.stable;
  const { loaded, funnel } = runtime;
  let asked = 0;
  const request = (i: number): SlateRequest => ({
    ...baseRequest(i),
    // Never the same question twice, or the answer would come from the cache.
    device: `device-${asked++}`,
    shoppers: [pseudonymise(PSEUDONYM_KEY, WORKSPACE, "user", `shopper-${i % N_SHOPPERS}`)],
  });
  const warmUps = Math.min(500, requests);
  for (let i = 0; i < warmUps; i++) await funnel.recommend(request(i));

  const recording = recordSearches(loaded);
  const sampleSize = Math.min(100, requests);
  let candidates = 0;
  for (let i = 0; i < sampleSize; i++)
    candidates += (await funnel.recommend(request(i))).response.metadata.candidatesScored;
  recording.stop();
  const rows = Math.round(candidates / sampleSize);
  const kernels = await openKernels({
    stateDir: readEnv().SERVING_STATE_DIR,
    loaded,
    searches: recording.searches,
    requests: sampleSize,
    rows,
  });

  // In turns, so that what else the machine does weighs on both alike.
  const rungs = [0, 0, 0, 0, 0];
  const stages: Record<string, number> = {};
  const rounds = Math.max(1, Math.round(requests / sampleSize));
  const total = rounds * sampleSize;
  const taken = {
    hnswUs: [] as number[],
    onnxUs: [] as number[],
    cpuUs: [] as number[],
    wallUs: [] as number[],
  };
  for (let round = 0; round < rounds; round++) {
    const times = await kernels.measure();
    let full = 0;
    let next = 0;
    const serveNext = async () => {
      while (next < sampleSize) {
        const slate = await funnel.recommend(request(next++));
        rungs[slate.record.rung]!++;
        if (slate.record.rung === 0) full++;
      }
    };
    const usedUs = await measureCpuUs(
      async () => void (await Promise.all(Array.from({ length: IN_FLIGHT }, serveNext))),
    );
    const startedMs = performance.now();
    for (let i = 0; i < sampleSize; i++)
      for (const stage of (await funnel.recommend(request(i))).record.stages)
        stages[stage.name] = (stages[stage.name] ?? 0) + (stage.ms * 1000) / total;
    // A degraded slate does less work: rounds that hold one would flatter the figure.
    if (full < sampleSize) continue;
    taken.hnswUs.push(times.hnswUs / sampleSize);
    taken.onnxUs.push(times.onnxUs / sampleSize);
    taken.cpuUs.push(usedUs / sampleSize);
    taken.wallUs.push(((performance.now() - startedMs) * 1000) / sampleSize);
  }
  if (taken.cpuUs.length === 0)
    throw new Error("no round was served in full: the machine is too busy to measure");
  const rung4 = await measureRung4(loaded);
  const hnswUs = median(taken.hnswUs);
  const onnxUs = median(taken.onnxUs);
  const report: MeasureReport = {
    kernels: { hnswUs, onnxUs, totalUs: hnswUs + onnxUs },
    funnelCpuUs: median(taken.cpuUs),
    funnelWallUs: median(taken.wallUs),
    candidates: rows,
    rungs,
    stages,
    ...rung4,
  };
  return { indexes: kernels.indexes, searches: recording.searches, report };
}

/** Of rounds: a spell in which the machine was busy elsewhere moves a mean, not the middle. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

/** The lowest rung with everything else gone: no shopper state, no surface, only the popular list. */
async function measureRung4(loaded: LoadedRelease): Promise<{ rung4UsP50: number; rung4UsP99: number }> {
  const funnel = createFunnel({
    loaded: { ...loaded, surfaces: new Map() },
    shoppers: { read: () => Promise.resolve({ status: "down" }) },
    recentSlates: createRecentSlates(),
    degrader: createDegrader(new Map()),
    cache: createSlateCache(0),
    listUse: new ListUse(),
    guards: { sources: new Map(), rankers: new Map() },
    load: new PressureMeter(() => performance.now()),
    replicaId: "bench",
    rules: { current: NO_RULES },
    now: () => performance.now(),
    logsFeatures: () => false,
  });
  const times = new Float64Array(2_000);
  for (let i = 0; i < times.length; i++) {
    const startedMs = performance.now();
    const slate = await funnel.recommend({ ...baseRequest(i), shoppers: [] });
    times[i] = (performance.now() - startedMs) * 1000;
    if (slate.record.rung !== 4) throw new Error("the bench did not reach rung 4");
  }
  const sorted = times.subarray(500).sort();
  return {
    rung4UsP50: sorted[Math.floor(sorted.length * 0.5)]!,
    rung4UsP99: sorted[Math.floor(sorted.length * 0.99)]!,
  };
}

function baseRequest(i: number): Omit<SlateRequest, "shoppers"> {
  return {
    workspace: WORKSPACE,
    requestId: `bench-${i}`,
    surface: "home_feed",
    n: 20,
    isAnonymous: false,
    personalize: true,
    region: "DE",
    device: undefined,
    contextItemId: undefined,
    sessionItems: [],
    filters: undefined,
    logContext: {},
    startedMs: performance.now(),
    atMs: Date.now(),
  };
}

function collectGarbage(): void {
  (globalThis as { gc?: () => void }).gc?.();
}
