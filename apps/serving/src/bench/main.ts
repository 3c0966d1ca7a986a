import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { createRedis } from "@shortlist/platform";
import { decideReplicaEnv, REPLICA_NODE_OPTIONS } from "../replicaStart";
import { createControl } from "../testing/publishControl";
import { findFreePort, startRedisServer } from "../testing/redisServer";
import {
  type BenchShape,
  COLLABORATIVE_M,
  N_SHOPPERS,
  PSEUDONYM_KEY,
  prepareFixture,
  seedShoppers,
  type Tastes,
  TREES_SURFACE,
  WORKSPACE,
} from "./benchFixture";
import {
  type BenchCommand,
  type GarbageReport,
  type LoadReport,
  type MeasureReport,
  type RecallReport,
  runBenchServer,
} from "./benchServer";
import { LoadGenerator } from "./loadGenerator";

// Measures the data plane against DESIGN.md section 4: a replica in its own process, a Redis of its own, and the load
// from this process. Prints a table and writes bench-results/serving-<items>.json.

const print = (text: string) => void process.stdout.write(`${text}\n`);

async function run(): Promise<void> {
  const items = readNumber("--items", 100_000);
  const seconds = readNumber("--seconds", 10);
  const requests = readNumber("--requests", 2_000);
  const shape: BenchShape = process.argv.includes("--light") ? "light" : "shipped";
  const fixture = await prepareFixture(items, shape, print);
  const redisServer = await startRedisServer();
  const redis = createRedis(redisServer.url);
  await redis.connect();
  const port = await findFreePort();
  const server = startServer(redisServer.url, fixture.stateDir);
  try {
    await seedShoppers(redis, fixture.tastes);
    const { document, apiKey } = createControl(WORKSPACE, fixture.wanted);
    const collaborativeM = COLLABORATIVE_M[shape];
    const loadCommand = { kind: "load", document, storeDir: fixture.storeDir, port, collaborativeM } as const;
    const load = await server.ask<LoadReport>(loadCommand);
    const measured = await server.ask<MeasureReport>({ kind: "measure", requests });
    // Of these shoppers' tastes: what follows sends clicks on anything.
    const recall = await server.ask<RecallReport>({ kind: "recall", queries: 20 });
    const target = {
      port,
      apiKey,
      seconds,
      tastes: fixture.tastes,
      cpu: () => server.ask<Cpu>({ kind: "cpu" }),
      garbage: () => server.ask<GarbageReport>({ kind: "garbage" }),
    };
    const http = await measureHttp({ ...target, surface: "home_feed" });
    const trees = await measureHttp({ ...target, surface: TREES_SURFACE });
    const beside = await startBeside(
      loadCommand,
      { redisUrl: redisServer.url, stateDir: fixture.stateDir },
      (second) => measureBeside(server, second, requests),
    );
    const events = await measureEvents({
      port,
      apiKey,
      seconds: Math.min(5, seconds),
      items,
      cpu: () => server.ask({ kind: "cpu" }),
    });
    const accounted = Object.values(load.memory).reduce((sum, bytes) => sum + bytes, 0);
    const report = {
      at: new Date().toISOString(),
      machine: `${cpus().length} × ${cpus()[0]?.model ?? "unknown"}, Node ${process.version}`,
      items,
      shape,
      load,
      memoryBytesPerItem: load.rssDeltaBytes / items,
      memoryAccountedBytesPerItem: accounted,
      memoryRatio: load.rssDeltaBytes / items / accounted,
      ...measured,
      ratioInProcess: measured.funnelCpuUs / measured.kernels.totalUs,
      http,
      ratioHttp: http.cpuUsPerRequest / measured.kernels.totalUs,
      trees,
      beside,
      events,
      recall,
    };
    await mkdir("bench-results", { recursive: true });
    await writeFile(
      resolve("bench-results", `serving-${items}.json`),
      `${JSON.stringify(report, null, 2)}\n`,
    );
    printReport(report);
  } finally {
    server.stop();
    redis.disconnect();
    await redisServer.stop();
  }
}

type Cpu = NodeJS.CpuUsage;

/** A second process of the same release, for as long as `work` takes. */
async function startBeside<T>(
  command: Extract<BenchCommand, { kind: "load" }>,
  o: { redisUrl: string; stateDir: string },
  work: (second: BenchProcess) => Promise<T>,
): Promise<T> {
  const port = await findFreePort();
  const server = startServer(o.redisUrl, o.stateDir);
  try {
    await server.ask({ ...command, port });
    return await work(server);
  } finally {
    server.stop();
  }
}

type BenchProcess = ReturnType<typeof startServer>;

function startServer(redisUrl: string, stateDir: string) {
  const profile = process.argv.includes("--profile") ? ["--cpu-prof", "--cpu-prof-dir=bench-results"] : [];
  const child = fork(process.argv[1]!, ["--server"], {
    execArgv: [...process.execArgv, ...REPLICA_NODE_OPTIONS, "--expose-gc", ...profile],
    env: {
      ...process.env,
      ...decideReplicaEnv(process.env),
      REDIS_URL: redisUrl,
      ARTIFACT_URL: "file:///unused",
      PSEUDONYM_KEY,
      SERVING_STATE_DIR: stateDir,
      SERVING_RATE_PER_SECOND: "1000000",
      SERVING_RATE_BURST: "1000000",
    },
  });
  return {
    ask: <T>(command: BenchCommand): Promise<T> =>
      new Promise((resolve_, reject) => {
        const onExit = () => reject(new Error("the server under test ended"));
        child.once("exit", onExit);
        child.once("message", (message: { result: T; error?: string }) => {
          child.off("exit", onExit);
          if (message.error === undefined) resolve_(message.result);
          else reject(new Error(message.error));
        });
        child.send(command);
      }),
    stop: () => child.disconnect(),
  };
}

interface HttpTarget {
  readonly port: number;
  readonly apiKey: string;
  readonly seconds: number;
  readonly tastes: Tastes;
  readonly cpu: () => Promise<NodeJS.CpuUsage>;
  readonly garbage: () => Promise<GarbageReport>;
}

/** What one process does at most on a surface, and how it answers at half of that. */
async function measureHttp(o: HttpTarget & { surface: string }) {
  const load = new LoadGenerator(o.port);
  const next = createRequests(o);
  await load.closedLoop(next, { concurrency: 8, seconds: 2 });
  const start = await o.cpu();
  const saturation = await load.closedLoop(next, { concurrency: 8, seconds: o.seconds / 2 });
  // What the machine and the load generator add to every answer: the same arrivals, and nothing to do for them.
  const nothing = () => toGet("/healthz");
  const floor = await load.openLoop(nothing, { rps: saturation.rps / 2, seconds: o.seconds / 2 });
  await o.garbage();
  const before = await o.cpu();
  const half = await load.openLoop(next, { rps: saturation.rps / 2, seconds: o.seconds });
  const after = await o.cpu();
  const { bytesAllocated, pausesMs } = await o.garbage();
  load.close();
  return {
    saturationRps: saturation.rps,
    saturation,
    half,
    floor,
    bytesPerRequest: bytesAllocated / half.requests,
    collections: pausesMs.length,
    pauseMsP50: pausesMs[pausesMs.length >> 1] ?? 0,
    pauseMsP99: pausesMs[Math.floor(pausesMs.length * 0.99)] ?? 0,
    cpuUsPerRequest: countCpuUs(start, before) / saturation.requests,
    cpuUsPerRequestAtHalf: countCpuUs(before, after) / half.requests,
  };
}

/**
 * Processor time per request of one process alone, and of both at the same time. Both are always busy: at a low rate an
 * idle virtual processor charges its waking up to whoever wakes it.
 */
async function measureBeside(first: BenchProcess, second: BenchProcess, requests: number) {
  const measure = { kind: "measure", requests } as const;
  await second.ask<MeasureReport>(measure);
  const alone = await first.ask<MeasureReport>(measure);
  const both = await Promise.all([first, second].map((server) => server.ask<MeasureReport>(measure)));
  return {
    cpuUsAlone: alone.funnelCpuUs,
    cpuUsBeside: both.reduce((sum, { funnelCpuUs }) => sum + funnelCpuUs, 0) / both.length,
  };
}

function createRequests({ apiKey, tastes, surface = "home_feed" }: HttpTarget & { surface?: string }) {
  let i = 0;
  return () => {
    i++;
    const body = JSON.stringify({
      userId: `shopper-${i % N_SHOPPERS}`,
      surface,
      n: 20,
      context: {
        region: "DE",
        device: "mobile",
        // Never the same question twice, or the answer would come from the cache.
        page: `/${i}`,
        sessionItems: [tastes.itemOf(i % N_SHOPPERS, i), tastes.itemOf(i % N_SHOPPERS, i + 4)],
      },
    });
    return toHttp("/v1/recommend", apiKey, body);
  };
}

function countCpuUs(before: NodeJS.CpuUsage, after: NodeJS.CpuUsage): number {
  return after.user + after.system - before.user - before.system;
}

async function measureEvents(o: {
  port: number;
  apiKey: string;
  seconds: number;
  items: number;
  cpu: () => Promise<NodeJS.CpuUsage>;
}) {
  const perCall = 20;
  const load = new LoadGenerator(o.port);
  let i = 0;
  const next = () => {
    const events = Array.from({ length: perCall }, () => ({
      eventId: randomUUID(),
      type: "click",
      itemId: `item-${++i % o.items}`,
      userId: `shopper-${i % N_SHOPPERS}`,
      occurredAt: new Date().toISOString(),
      surface: "home_feed",
      position: i % 20,
    }));
    return toHttp("/v1/events", o.apiKey, JSON.stringify({ events }));
  };
  const before = await o.cpu();
  const result = await load.closedLoop(next, { concurrency: 16, seconds: o.seconds });
  const after = await o.cpu();
  load.close();
  const cpuSeconds = (after.user + after.system - before.user - before.system) / 1e6;
  return {
    perCall,
    errors: result.errors,
    eventsPerSecond: result.rps * perCall,
    /** What a core to itself would acknowledge: independent of what else the machine does. */
    eventsPerCpuSecond: (result.requests * perCall) / cpuSeconds,
    latencyMsP99: result.latencyMsP99,
  };
}

function toGet(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`);
}

function toHttp(path: string, apiKey: string, body: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer ${apiKey}\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}

function printReport(r: {
  items: number;
  kernels: MeasureReport["kernels"];
  funnelCpuUs: number;
  ratioInProcess: number;
  ratioHttp: number;
  candidates: number;
  stages: Record<string, number>;
  rung4UsP50: number;
  rung4UsP99: number;
  rungs: number[];
  recall: RecallReport;
  load: LoadReport;
  memoryBytesPerItem: number;
  memoryAccountedBytesPerItem: number;
  memoryRatio: number;
  http: Awaited<ReturnType<typeof measureHttp>>;
  trees: Awaited<ReturnType<typeof measureHttp>>;
  beside: Awaited<ReturnType<typeof measureBeside>>;
  events: Awaited<ReturnType<typeof measureEvents>>;
}): void {
  const rows: [string, string, string][] = [
    [
      "raw kernels, CPU per request",
      `${us(r.kernels.totalUs)} (HNSW ${us(r.kernels.hnswUs)}, ONNX ${us(r.kernels.onnxUs)})`,
      "",
    ],
    ["funnel with Redis, CPU per request", us(r.funnelCpuUs), ""],
    ["  ratio to kernels", r.ratioInProcess.toFixed(2), "≤ 1.5"],
    ["over HTTP, CPU per request", us(r.http.cpuUsPerRequest), ""],
    ["  ratio to kernels", r.ratioHttp.toFixed(2), ""],
    ["saturation, one process", `${r.http.saturationRps.toFixed(0)} requests/s`, ""],
    [
      "latency at half saturation",
      `p50 ${ms(r.http.half.latencyMsP50)}, p95 ${ms(r.http.half.latencyMsP95)}, p99 ${ms(r.http.half.latencyMsP99)}`,
      "p50 ≤ 4 ms, p99 ≤ 12 ms",
    ],
    [
      "  the same arrivals with nothing to do",
      `p50 ${ms(r.http.floor.latencyMsP50)}, p95 ${ms(r.http.floor.latencyMsP95)}, p99 ${ms(r.http.floor.latencyMsP99)}`,
      "",
    ],
    [
      "garbage at half saturation",
      `${(r.http.bytesPerRequest / 1000).toFixed(0)} kB a request, ${r.http.collections} collections, ` +
        `p50 ${ms(r.http.pauseMsP50)}, p99 ${ms(r.http.pauseMsP99)}`,
      "",
    ],
    [
      "errors and reduced slates",
      `${r.http.half.errors} and ${r.http.half.reduced} of ${r.http.half.requests} at half saturation, ` +
        `${r.http.saturation.errors} and ${r.http.saturation.reduced} of ${r.http.saturation.requests} at saturation`,
      "0",
    ],
    [
      "with 200 trees of depth 6 at half",
      `p50 ${ms(r.trees.half.latencyMsP50)}, p99 ${ms(r.trees.half.latencyMsP99)} at ${r.trees.half.rps.toFixed(0)}/s, ` +
        `${r.trees.half.reduced} of ${r.trees.half.requests} reduced`,
      "p99 ≤ 40 ms",
    ],
    [
      "CPU per request beside a second process",
      `${us(r.beside.cpuUsBeside)}, alone ${us(r.beside.cpuUsAlone)} (${(r.beside.cpuUsBeside / r.beside.cpuUsAlone).toFixed(2)})`,
      "0.9 … 1.1",
    ],
    ["rung 4", `p50 ${us(r.rung4UsP50)}, p99 ${us(r.rung4UsP99)}`, "≤ 500 µs"],
    ["candidates scored", String(r.candidates), "≈ 1,000"],
    ["slates by rung", r.rungs.join(" / "), "all at 0"],
    [
      "events acknowledged",
      `${r.events.eventsPerSecond.toFixed(0)}/s (${r.events.eventsPerCpuSecond.toFixed(0)} per processor second), ${r.events.errors} errors`,
      "≥ 20,000/s",
    ],
    [
      "HNSW recall",
      `collaborative ${r.recall.collaborative.toFixed(4)}, content ${r.recall.content.toFixed(4)}`,
      "≥ 0.97",
    ],
    [
      "memory per item",
      `${r.memoryBytesPerItem.toFixed(0)} B (accounted ${r.memoryAccountedBytesPerItem.toFixed(0)} B, ratio ${r.memoryRatio.toFixed(2)})`,
      "ratio ≤ 1.4",
    ],
    ["load and warm up", ms(r.load.loadMs), ""],
  ];
  print(`\nServing, ${r.items.toLocaleString("en")} items × 64 dimensions`);
  for (const [name, value, target] of rows) print(`  ${name.padEnd(36)} ${value.padEnd(52)} ${target}`);
  print(
    `  stages (µs): ${Object.entries(r.stages)
      .map(([name, t]) => `${name} ${t.toFixed(0)}`)
      .join(", ")}\n`,
  );
}

const us = (value: number) => `${value.toFixed(0)} µs`;
const ms = (value: number) => `${value.toFixed(2)} ms`;

function readNumber(flag: string, fallback: number): number {
  const at = process.argv.indexOf(flag);
  const value = at < 0 ? fallback : Number(process.argv[at + 1]);
  if (!Number.isFinite(value) || value <= 0) throw new Error(`${flag} needs a number above 0`);
  return value;
}

const main = process.argv.includes("--server") ? runBenchServer : run;
main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(1);
});
