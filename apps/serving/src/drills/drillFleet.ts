import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type ControlDocument, ReplicaStatus, redisKeys } from "@shortlist/contracts";
import { type ArtifactStore, createFileArtifactStore, createRedis } from "@shortlist/platform";
import { startTcpProxy, type TcpProxy } from "@shortlist/testing";
import type { Redis } from "ioredis";
import { createControl, publishControl } from "../testing/publishControl";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { createReleaseFixture, type FixtureOptions, type ReleaseFixture } from "../testing/releaseFixture";
import { createTestEnv } from "../testing/replicaFixture";
import type { DrillTarget } from "./drillClient";

/** How long each drill lasts under load. */
export const DRILL_SECONDS = Number(process.env.DRILL_SECONDS ?? 3);
/** Of the fixture's surfaces. */
export const BUDGET_MS = 150;
/**
 * The budget is serving's own; a drill shares two cores with its load, with processes that load releases and with what
 * else the machine does, so it is held to a multiple.
 */
export const LATENCY_MAX_MS = Number(process.env.DRILL_LATENCY_MAX_MS ?? 20 * BUDGET_MS);

export interface DrillFleet extends DrillTarget {
  readonly dir: string;
  readonly store: ArtifactStore;
  readonly redis: Redis;
  readonly redisServer: RedisServer;
  /** Between the fleet and its Redis. */
  readonly proxy: TcpProxy;
  readonly supervisor: ChildProcess;
  createRelease(number: number, options?: Partial<FixtureOptions>): Promise<ReleaseFixture>;
  /** @returns when the document was published, ms */
  publish(release: ReleaseFixture, changes?: Partial<ControlDocument>): Promise<number>;
  statuses(): Promise<ReplicaStatus[]>;
  waitForVersion(number: number): Promise<void>;
  version(): Promise<string>;
  restart(): Promise<void>;
  /** A second supervisor with processes and a disk of its own, as on another machine; ended with the fleet. */
  addSupervisor(): Promise<DrillTarget>;
  stop(): Promise<void>;
}

/** A supervisor with its processes on a Redis of their own behind a proxy, serving a first release. */
export async function startFleet(env: Record<string, string> = {}): Promise<DrillFleet> {
  const dir = await mkdtemp(join(tmpdir(), "serving-drill-"));
  const store = createFileArtifactStore(join(dir, "store"));
  const redisServer = await startRedisServer();
  const proxy = await startTcpProxy(redisServer.url);
  const redis = createRedis(redisServer.url);
  redis.on("error", () => undefined);
  await redis.connect();
  const port = await findFreePort();
  let control = createControl("shop", null);
  const spawnSupervisor = (at: { port: number; stateDir: string } = { port, stateDir: "state" }) =>
    spawn(process.execPath, ["--import", "tsx", join(import.meta.dirname, "../main.ts")], {
      cwd: join(import.meta.dirname, "../.."),
      stdio: ["ignore", "inherit", "inherit"],
      env: {
        ...process.env,
        ...createTestEnv({
          REDIS_URL: proxy.url,
          ARTIFACT_URL: pathToFileURL(join(dir, "store")).href,
          SERVING_STATE_DIR: join(dir, at.stateDir),
          SERVING_PORT: String(at.port),
          SERVING_PROCESSES: "2",
          ...env,
        }),
      },
    });
  const others: ChildProcess[] = [];
  const fleet = {
    dir,
    store,
    redis,
    redisServer,
    proxy,
    port,
    apiKey: control.apiKey,
    isEligible: isFixtureEligible,
    supervisor: spawnSupervisor(),
    createRelease: (number: number, options: Partial<FixtureOptions> = {}) =>
      createReleaseFixture({ workspace: "shop", store, nItems: 2_000, number, seed: number, ...options }),
    async publish(release: ReleaseFixture, changes: Partial<ControlDocument> = {}) {
      const { document } = control;
      control = {
        ...control,
        document: { ...document, revision: document.revision + 1, release: release.wanted, ...changes },
      };
      const atMs = performance.now();
      await publishControl(redis, control.document);
      return atMs;
    },
    statuses: async () =>
      Object.values(await redis.hgetall(redisKeys.replicas)).map((json) =>
        ReplicaStatus.parse(JSON.parse(json)),
      ),
    async version() {
      const answer = await fetch(`http://127.0.0.1:${port}/v1/recommend`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${control.apiKey}`,
          "content-type": "application/json",
          connection: "close",
        },
        body: JSON.stringify({ surface: "home_feed" }),
      });
      const { metadata } = (await answer.json()) as { metadata?: { configVersion: string } };
      return metadata?.configVersion.split("-")[0] ?? "";
    },
    waitForVersion: (number: number) =>
      waitFor(`release ${number}`, async () => (await fleet.version()) === String(number)),
    async restart() {
      await end(fleet.supervisor);
      fleet.supervisor = spawnSupervisor();
    },
    async addSupervisor() {
      const target = { port: await findFreePort(), apiKey: control.apiKey, isEligible: isFixtureEligible };
      others.push(spawnSupervisor({ port: target.port, stateDir: `state-${others.length + 2}` }));
      await waitFor("the other supervisor", async () => {
        const answer = await fetch(`http://127.0.0.1:${target.port}/readyz`);
        return answer.status === 200;
      });
      return target;
    },
    async stop() {
      await Promise.all([fleet.supervisor, ...others].map(end));
      redis.disconnect();
      await proxy.close();
      await redisServer.stop();
      await rm(dir, { recursive: true, force: true });
    },
  };
  const first = await fleet.createRelease(1);
  await fleet.publish(first);
  await fleet.waitForVersion(1);
  // A process that listens is not yet a whole fleet.
  await waitFor("all processes", async () => {
    const all = await fleet.statuses();
    const nProcesses = Number(env.SERVING_PROCESSES ?? 2);
    return all.length === nProcesses && all.every((s) => s.releases.some((r) => r.state === "serving"));
  });
  return fleet;
}

/** The fixture's flags: every tenth item is ineligible. */
export function isFixtureEligible(itemId: string): boolean {
  return Number(itemId.slice("item-".length)) % 10 !== 3;
}

export async function waitFor(
  what: string,
  probe: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  while (performance.now() < deadlineMs) {
    if (await probe().catch(() => false)) return;
    await sleep(20);
  }
  throw new Error(`timed out waiting for ${what}`);
}

/** Resident memory of a process, from the kernel. */
export async function readRssMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) / 1024;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}
