import { fork } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { cpus } from "node:os";
import { resolve } from "node:path";
import { createRedis } from "@shortlist/platform";
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
  WORKSPACE,
} from "./benchFixture";
import {
  type BenchCommand,
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
    const load = await server.ask<LoadReport>({
      kind: "load",
      document,
      storeDir: fixture.storeDir,
      port,
      collaborativeM: COLLABORATIVE_M[shape],
    });
    const measured = await server.ask<MeasureReport>({ kind: "measure", requests });
    const http = await measureHttp({
      port,
      apiKey,
      seconds,
      tastes: fixture.tastes,
      cpu: () => server.ask({ kind: "cpu" }),
    });
    const events = await measureEvents({
      port,
      apiKey,
      seconds: Math.min(5, seconds),
      items,
      cpu: () => server.ask({ kind: "cpu" }),
    });
    const recall = await server.ask<RecallReport>({ kind: "recall", queries: 20 });
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

function startServer(redisUrl: string, stateDir: string) {
  const profile = process.argv.includes("--profile") ? ["--cpu-prof", "--cpu-prof-dir=bench-results"] : [];
  const child = fork(process.argv[1]!, ["--server"], {
    execArgv: [...process.execArgv, "--expose-gc", ...profile],
    env: {
      ...process.env,
      REDIS_URL: redisUrl,
      ARTIFACT_URL: "file:///unused",
      PSEUDONYM_KEY,
      SERVING_STATE_DIR: stateDir,
      SERVING_RATE_PER_SECOND: "1000000",
      SERVING_RATE_BURST: "1000000",
      // Shoppers come back far too often here: what is measured is the whole path.
      SERVING_HOT_READS_PER_SECOND: "0",
      SERVING_SLATE_CACHE_ENTRIES: "0",
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

async function measureHttp(o: {
  port: number;
  apiKey: string;
  seconds: number;
  tastes: Tastes;
  cpu: () => Promise<NodeJS.CpuUsage>;
}) {
  const load = new LoadGenerator(o.port);
  let i = 0;
  const next = () => {
    i++;
    const body = JSON.stringify({
      userId: `shopper-${i % N_SHOPPERS}`,
      surface: "home_feed",
      n: 20,
      context: {
        region: "DE",
        device: "mobile",
        sessionItems: [o.tastes.itemOf(i % N_SHOPPERS, i), o.tastes.itemOf(i % N_SHOPPERS, i + 4)],
      },
    });
    return toHttp("/v1/recommend", o.apiKey, body);
  };
  await load.closedLoop(next, { concurrency: 8, seconds: 2 });
  const start = await o.cpu();
  const saturation = await load.closedLoop(next, { concurrency: 8, seconds: o.seconds / 2 });
  const before = await o.cpu();
  const half = await load.openLoop(next, { rps: saturation.rps / 2, seconds: o.seconds });
  const after = await o.cpu();
  load.close();
  const cpuUs = after.user + after.system - before.user - before.system;
  const saturatedUs = before.user + before.system - start.user - start.system;
  return {
    saturationRps: saturation.rps,
    saturation,
    half,
    cpuUsPerRequest: saturatedUs / saturation.requests,
    cpuUsPerRequestAtHalf: cpuUs / half.requests,
  };
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
    ["errors at half saturation", String(r.http.half.errors), "0"],
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
