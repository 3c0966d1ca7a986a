import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rename, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type ControlDocument, ReplicaStatus, redisKeys } from "@shortlist/contracts";
import { type ArtifactStore, createFileArtifactStore, createRedis } from "@shortlist/platform";
import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createControl, publishControl } from "./testing/publishControl";
import { findFreePort, type RedisServer, startRedisServer } from "./testing/redisServer";
import { createReleaseFixture } from "./testing/releaseFixture";
import { createTestEnv } from "./testing/replicaFixture";

// Whole processes against a Redis of their own, because these tests take it away.

let dir: string;
let store: ArtifactStore;
let redisServer: RedisServer;
let redis: Redis;
let port: number;
let serving: ChildProcess;
let control: { document: ControlDocument; apiKey: string };

const main = join(import.meta.dirname, "main.ts");

function startServing(): ChildProcess {
  return spawn(process.execPath, ["--import", "tsx", main], {
    cwd: join(import.meta.dirname, ".."),
    stdio: ["ignore", "inherit", "inherit"],
    env: {
      ...process.env,
      ...createTestEnv({
        REDIS_URL: redisServer.url,
        ARTIFACT_URL: pathToFileURL(join(dir, "store")).href,
        SERVING_STATE_DIR: join(dir, "state"),
        SERVING_PORT: String(port),
        SERVING_PROCESSES: "2",
      }),
    },
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  await ended;
}

async function recommend(
  body: object = {},
): Promise<{ status: number; version: string; rung: number; count: number }> {
  const answer = await fetch(`http://127.0.0.1:${port}/v1/recommend`, {
    method: "POST",
    headers: { authorization: `Bearer ${control.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ surface: "home_feed", userId: "u-1", context: { region: "DE" }, ...body }),
  });
  const json = (await answer.json()) as {
    items?: unknown[];
    metadata?: { configVersion: string; degradation: { rung: number } };
  };
  return {
    status: answer.status,
    version: json.metadata?.configVersion.split("-")[0] ?? "",
    rung: json.metadata?.degradation.rung ?? -1,
    count: json.items?.length ?? 0,
  };
}

async function waitFor<T>(what: string, probe: () => Promise<T | null | undefined | false>): Promise<T> {
  const deadlineMs = Date.now() + 60_000;
  while (Date.now() < deadlineMs) {
    const found = await probe().catch(() => null);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`timed out waiting for ${what}`);
}
const waitForVersion = (version: string) =>
  waitFor(`release ${version}`, async () => (await recommend()).version === version);
const statuses = async () =>
  Object.values(await redis.hgetall(redisKeys.replicas)).map((json) => ReplicaStatus.parse(JSON.parse(json)));

const createRelease = (number: number, options: object = {}) =>
  createReleaseFixture({ workspace: "shop", store, nItems: 400, number, seed: number, ...options });
const publish = async (release: ControlDocument["release"]) => {
  const { document } = control;
  control = { ...control, document: { ...document, revision: document.revision + 1, release } };
  await publishControl(redis, control.document);
};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "serving-supervisor-"));
  store = createFileArtifactStore(join(dir, "store"));
  redisServer = await startRedisServer();
  redis = createRedis(redisServer.url);
  redis.on("error", () => undefined);
  await redis.connect();
  port = await findFreePort();
  const first = await createRelease(1);
  control = createControl("shop", null);
  await publishControl(redis, control.document);
  serving = startServing();
  await waitFor("the port", async () => (await recommend()).status === 503);
  await publish(first.wanted);
  await waitForVersion("1");
});
afterAll(async () => {
  await stop(serving);
  redis.disconnect();
  await redisServer.stop();
});

describe("a fleet of processes", () => {
  it("reports each replica with the release it serves", async () => {
    const fleet = await waitFor("two replicas", async () => {
      const all = await statuses();
      return all.length === 2 && all.every((s) => s.releases[0]?.state === "serving") ? all : null;
    });
    expect(new Set(fleet.map((s) => s.pid)).size).toBe(2);
    const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(metrics).toMatch(/shortlist_slates_total/);
  });

  it("switches to a new release without a refused or lost request", async () => {
    const second = await createRelease(2);
    let isDone = false;
    const versions = new Set<string>();
    const failures: unknown[] = [];
    const client = async () => {
      while (!isDone) {
        try {
          const answer = await recommend();
          versions.add(answer.version);
          if (answer.status !== 200 || answer.count === 0) failures.push(answer);
        } catch (error) {
          failures.push(String(error));
        }
      }
    };
    const clients = [client(), client(), client()];
    await publish(second.wanted);
    await waitForVersion("2");
    // Old processes answer on open connections until they have drained.
    await waitFor("only new processes", async () => {
      const all = await statuses();
      return (
        all.length === 2 &&
        all.every((s) =>
          s.releases.every((r) => r.state === "standby" || r.releaseId === second.release.releaseId),
        )
      );
    });
    isDone = true;
    await Promise.all(clients);
    expect(failures).toEqual([]);
    expect([...versions].sort()).toEqual(["1", "2"]);
  });

  it("refuses a broken release with its reason while the old one keeps serving, and takes the next good one", async () => {
    const broken = await createRelease(3);
    const sha256 = broken.release.lists.sha256;
    await truncate(join(dir, "store", sha256.slice(0, 2), sha256), 100);
    await publish(broken.wanted);
    const refusal = await waitFor("the refusal", async () => {
      const states = (await statuses()).flatMap((s) => s.releases);
      return states.find((r) => r.state === "refused" && r.releaseId === broken.release.releaseId);
    });
    expect(refusal.reason).toMatch(/^corrupt_artifact: lists\.slcf/);
    expect((await recommend()).version).toBe("2");
    await publish((await createRelease(4)).wanted);
    await waitForVersion("4");
  });

  it("applies a revoked key in place", async () => {
    const before = new Set((await statuses()).map((s) => s.pid));
    const old = control.apiKey;
    control = createControl("shop", control.document.release, { revision: control.document.revision + 1 });
    await publishControl(redis, control.document);
    await waitFor("the new key", async () => (await recommend()).status === 200);
    const now = control.apiKey;
    control = { ...control, apiKey: old };
    await waitFor("the old key to fail", async () => (await recommend()).status === 401);
    control = { ...control, apiKey: now };
    expect((await statuses()).every((s) => before.has(s.pid))).toBe(true);
  });

  it("puts a process in the place of one that was killed", async () => {
    const [victim] = await waitFor("old processes to have ended", async () => {
      const all = await statuses();
      return all.length === 2 ? all : null;
    });
    process.kill(victim!.pid, "SIGKILL");
    // One process answers while the other is being replaced; a connection to the killed one may be reset once.
    expect((await recommend().catch(() => recommend())).status).toBe(200);
    await waitFor("a replacement", async () => {
      const all = await statuses();
      return all.length === 2 && all.every((s) => s.pid !== victim!.pid);
    });
    expect((await recommend()).status).toBe(200);
  });

  it("serves and takes events with Redis gone, and boots from disk with Redis and artifacts gone", async () => {
    await redisServer.stop();
    const without = await waitFor("an answer without Redis", async () => {
      const answer = await recommend();
      return answer.rung > 0 ? answer : null;
    });
    expect(without).toMatchObject({ status: 200, version: "4" });
    expect(without.rung).toBeLessThanOrEqual(3);
    expect(without.count).toBeGreaterThan(0);
    const events = await fetch(`http://127.0.0.1:${port}/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${control.apiKey}`, "content-type": "application/json" },
      body: JSON.stringify({
        events: [
          {
            eventId: "0197b2c4-7d1e-7c3a-9a52-3f1d2c4b5a70",
            type: "view",
            itemId: "item-1",
            userId: "u",
            occurredAt: new Date().toISOString(),
          },
        ],
      }),
    });
    expect(events.status).toBe(200);
    expect(await events.json()).toEqual({ accepted: 1, rejected: [], durable: "spool" });

    await stop(serving);
    await rename(join(dir, "store"), join(dir, "store-gone"));
    serving = startServing();
    const booted = await waitFor("a boot from disk", async () => {
      const answer = await recommend();
      return answer.status === 200 ? answer : null;
    });
    expect(booted.version).toBe("4");
    expect(booted.count).toBe(20);
  });
});
