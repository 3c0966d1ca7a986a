import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { type CandidateSourceName, ReplicaStatus, redisKeys } from "@shortlist/contracts";
import { createFileArtifactStore, createRedis, sha256Hex } from "@shortlist/platform";
import { startTcpProxy, type TcpProxy } from "@shortlist/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Fault, FromFaultServer, ToFaultServer } from "../testing/faultServer";
import { createControl } from "../testing/publishControl";
import { findFreePort, type RedisServer, startRedisServer } from "../testing/redisServer";
import { createReleaseFixture } from "../testing/releaseFixture";
import { createTestEnv } from "../testing/replicaFixture";
import { type DrillReport, type DrillTarget, HOME_LOAD, printReports, startLoad } from "./drillClient";
import { BUDGET_MS, DRILL_SECONDS, isFixtureEligible, LATENCY_MAX_MS, waitFor } from "./drillFleet";

// One replica in a process of its own, whose parts and whose Redis are taken away while shoppers are served.

const reports: DrillReport[] = [];
let dir: string;
let redisServer: RedisServer;
let proxy: TcpProxy;
let replica: ChildProcess;
let target: DrillTarget;
let sources: readonly CandidateSourceName[];

/** A tenth of the catalogue, so that some of it would be shown if it could. */
const HIDDEN = new Set(Array.from({ length: 200 }, (_, i) => `item-${i}`));
/** Hidden by law from half an hour ago until in half an hour: in force, whatever the machine's clock says. */
const createRules = () => {
  const at = (ms: number) => new Date(Date.now() + ms).toISOString();
  const rule = {
    ruleId: "recall",
    revision: 1,
    name: "recall",
    class: "compliance" as const,
    priority: 1,
    scope: {},
    match: { itemIds: [...HIDDEN] },
    effect: { kind: "hide" as const },
    from: at(-1_800_000),
    to: at(1_800_000),
  };
  return { setId: sha256Hex("drill"), rules: [rule] };
};

const ask = (message: ToFaultServer) =>
  new Promise<FromFaultServer>((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`the replica ended with ${code}`));
    replica.once("exit", onExit);
    replica.once("message", (answer: FromFaultServer) => {
      replica.off("exit", onExit);
      resolve(answer);
    });
    replica.send(message);
  });
const setFault = (fault: Fault) => ask({ kind: "fault", fault });

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "serving-faults-"));
  const store = createFileArtifactStore(join(dir, "store"));
  redisServer = await startRedisServer();
  proxy = await startTcpProxy(redisServer.url);
  const fixture = await createReleaseFixture({ workspace: "shop", store, hasTexts: true });
  const { document, apiKey } = createControl("shop", fixture.wanted);
  const port = await findFreePort();
  replica = fork(join(import.meta.dirname, "../testing/faultServer.ts"), {
    execArgv: ["--import", "tsx"],
    env: {
      ...process.env,
      ...createTestEnv({
        REDIS_URL: proxy.url,
        ARTIFACT_URL: pathToFileURL(join(dir, "store")).href,
        SERVING_STATE_DIR: join(dir, "state"),
      }),
    },
  });
  const listening = await ask({
    kind: "start",
    port,
    document: { ...document, ruleSet: createRules() },
  });
  if (listening.kind !== "listening") throw new Error("the replica does not listen");
  sources = listening.sources;
  target = {
    port,
    apiKey,
    isEligible: (itemId) => !HIDDEN.has(itemId) && isFixtureEligible(itemId),
  };
}, 60_000);
afterAll(async () => {
  printReports(reports, BUDGET_MS);
  replica.kill("SIGKILL");
  await proxy.close();
  await redisServer.stop();
  await rm(dir, { recursive: true, force: true });
});

/** Serves shoppers while `during` happens, and holds the answers to what every drill is held to. */
async function drill(
  name: string,
  during: () => Promise<void>,
  load: Partial<typeof HOME_LOAD> = {},
): Promise<DrillReport> {
  const running = startLoad(name, target, { ...HOME_LOAD, ...load });
  await during();
  const report = await running.stop();
  reports.push(report);
  expect(report.requests).toBeGreaterThan(5);
  expect(report.failures).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(report.resets).toBe(0);
  expect(report.latencyMsP99).toBeLessThan(LATENCY_MAX_MS);
  return report;
}

async function recover(): Promise<void> {
  await setFault({});
  await waitFor("full slates", async () => {
    const probe = startLoad("recovery", target, { ...HOME_LOAD, clients: 1 });
    await sleep(200);
    const { rungs } = await probe.stop();
    return rungs[0]! > 0;
  });
}

async function status(): Promise<ReplicaStatus> {
  const redis = createRedis(redisServer.url);
  await redis.connect();
  const [json] = Object.values(await redis.hgetall(redisKeys.replicas));
  redis.disconnect();
  return ReplicaStatus.parse(JSON.parse(json!));
}

describe("full, clean slates in time", () => {
  it("with each source down or slow, which is named", async () => {
    const lasting = Math.max(0.6, DRILL_SECONDS / 5) * 1000;
    for (const source of sources)
      for (const how of ["down", "slow"] as const) {
        const report = await drill(`${source} ${how}`, async () => {
          await setFault({ source, how });
          await sleep(lasting);
        });
        const named = [...report.reasons].some((reason) => reason.endsWith(`:${source}`));
        // Search is asked only where something was typed.
        if (source !== "search") expect(`${source} named: ${named}`).toBe(`${source} named: true`);
      }
    await recover();
  }, 120_000);

  it.each([
    ["ranker gives NaN", { ranker: "nan" as const }, "ranker_not_finite"],
    ["ranker down", { ranker: "down" as const }, "ranker_failed"],
  ])("with a %s", async (name, fault, reason) => {
    const report = await drill(name, async () => {
      await setFault(fault);
      await sleep(DRILL_SECONDS * 1000);
    });
    expect([...report.reasons]).toEqual(expect.arrayContaining([reason, "ranker_breaker_open"]));
    await recover();
  });

  it("with Redis slow by 100 ms: it is no longer waited for", async () => {
    const report = await drill("redis slow (+100 ms)", async () => {
      proxy.delayMs = 100;
      await sleep(DRILL_SECONDS * 1000);
    });
    expect([...report.reasons]).toEqual(expect.arrayContaining(["shopper_state_late", "shopper_state_down"]));
    expect((await status()).breakers.find(({ name }) => name === "shopper_state")!.state).not.toBe("closed");
    proxy.delayMs = 0;
    await recover();
  });

  it("with Redis down", async () => {
    const report = await drill("redis down", async () => {
      proxy.setUp(false);
      await sleep(DRILL_SECONDS * 1000);
    });
    expect([...report.reasons]).toContain("shopper_state_down");
    proxy.setUp(true);
    await recover();
  });

  it("with Redis flapping", async () => {
    await drill("redis flapping", async () => {
      for (let i = 0; i < DRILL_SECONDS * 2; i++) {
        proxy.setUp(i % 2 === 1);
        await sleep(500);
      }
    });
    proxy.setUp(true);
    await recover();
  });

  it("with all requests for one shopper: Redis is asked a few times a second", async () => {
    const before = (await status()).caches.find(({ name }) => name === "hot_shoppers")!;
    await drill("hot key", () => sleep(DRILL_SECONDS * 1000), {
      clients: 8,
      pauseMs: 0,
      body: (i) => ({
        surface: "home_feed",
        userId: "hot",
        context: { sessionItems: [`item-${(i * 7) % 300}`] },
      }),
    });
    await sleep(1_200);
    const after = (await status()).caches.find(({ name }) => name === "hot_shoppers")!;
    expect(after.hits).toBeGreaterThan(before.hits);
  });

  it.each([
    ["an hour ahead", 3_600_000],
    ["an hour behind", -3_600_000],
  ])(
    "with the machine's clock jumping %s: deadlines, limits and schedules of rules hold",
    async (name, clockOffsetMs) => {
      const report = await drill(`clock ${name}`, async () => {
        await sleep((DRILL_SECONDS * 1000) / 3);
        await setFault({ clockOffsetMs });
        await sleep((DRILL_SECONDS * 1000) / 3);
        proxy.setUp(false);
        await sleep((DRILL_SECONDS * 1000) / 3);
      });
      // What is remembered of shoppers is not forgotten with Redis away.
      expect(report.rungs[4]).toBe(0);
      proxy.setUp(true);
      await recover();
      expect(Math.abs((await status()).heartbeatAtMs - Date.now())).toBeLessThan(60_000);
    },
  );
});
