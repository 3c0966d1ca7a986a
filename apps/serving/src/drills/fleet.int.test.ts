import { rename, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { redisKeys } from "@shortlist/contracts";
import { encodeMlpOnnx } from "@shortlist/ml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shopRankFeatures } from "../adapters/shopRankFeatures";
import type { ReleaseFixture } from "../testing/releaseFixture";
import { type DrillReport, printReports, startLoad } from "./drillClient";
import { BUDGET_MS, DRILL_SECONDS, type DrillFleet, LATENCY_MAX_MS, startFleet, waitFor } from "./drillFleet";

// A fleet of four processes under a supervisor: bad releases, killed processes, and everything else away.

const reports: DrillReport[] = [];
let fleet: DrillFleet;
beforeAll(async () => {
  fleet = await startFleet({ SERVING_PROCESSES: "4", SERVING_STANDBY_SECONDS: "0" });
}, 120_000);
afterAll(async () => {
  printReports(reports, BUDGET_MS);
  await fleet.stop();
});

async function drill(name: string, during: () => Promise<void>): Promise<DrillReport> {
  const load = startLoad(name, fleet);
  try {
    await during();
  } finally {
    reports.push(await load.stop());
  }
  const report = reports.at(-1)!;
  expect(report.requests).toBeGreaterThan(0);
  expect(report.failures).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(report.latencyMsP99).toBeLessThan(LATENCY_MAX_MS);
  return report;
}

/** Cuts an artifact of a release in the store to half of its bytes. */
async function truncateArtifact(release: ReleaseFixture, kind: string, name: string): Promise<void> {
  const model = release.release.models.find((m) => m.kind === kind)!;
  const { sha256, bytes } = model.artifacts.find((artifact) => artifact.name === name)!;
  await truncate(join(fleet.dir, "store", sha256.slice(0, 2), sha256), bytes >> 1);
}

/** A sound file whose every answer is NaN. */
const encodeNanModel = () => {
  const inDim = shopRankFeatures.names.length;
  return encodeMlpOnnx([
    { weights: new Float32Array(inDim).fill(Number.NaN), bias: new Float32Array(1), inDim, outDim: 1 },
  ]);
};

describe("a bad release is refused with its reason, and the one of before answers", () => {
  it.each<[string, RegExp, (number: number) => Promise<ReleaseFixture>]>([
    [
      "corrupt index",
      /^corrupt_artifact: index\.hnsw/,
      async (number) => {
        const release = await fleet.createRelease(number);
        await truncateArtifact(release, "content", "index.hnsw");
        return release;
      },
    ],
    [
      "truncated model",
      /^corrupt_artifact: /,
      (number) => fleet.createRelease(number, { rankerBytes: (bytes) => bytes.slice(0, bytes.length >> 1) }),
    ],
    [
      "NaN model",
      /^golden_mismatch: .*NaN/,
      (number) => fleet.createRelease(number, { rankerBytes: encodeNanModel }),
    ],
  ])("%s", async (name, reason, create) => {
    const release = await create(100 + reports.length);
    const report = await drill(name, async () => {
      await fleet.publish(release);
      await waitFor("the refusal", async () => {
        const states = (await fleet.statuses()).flatMap((s) => s.releases);
        const refusal = states.find(
          (r) => r.releaseId === release.release.releaseId && r.state === "refused",
        );
        return refusal !== undefined && reason.test(refusal.reason ?? "");
      });
    });
    expect([...report.versions]).toEqual(["1"]);
    expect(report.resets).toBe(0);
  });
});

it("half of the processes killed under load: the others answer, and the killed ones are replaced", async () => {
  const before = await fleet.statuses();
  const victims = before.slice(0, 2).map(({ pid }) => pid);
  const report = await drill("half of the processes killed", async () => {
    await sleep(DRILL_SECONDS * 300);
    for (const pid of victims) process.kill(pid, "SIGKILL");
    await waitFor("replacements", async () => {
      const now = await fleet.statuses();
      return now.length === 4 && now.every(({ pid }) => !victims.includes(pid));
    });
  });
  // Each of the four clients had one connection, and at most one request on it.
  expect(report.resets).toBeLessThanOrEqual(4 * victims.length);
});

it("with the control plane and its documents gone nothing changes", async () => {
  const report = await drill("control plane gone", async () => {
    await fleet.redis.del(redisKeys.control);
    await sleep(DRILL_SECONDS * 1000);
  });
  expect([...report.versions]).toEqual(["1"]);
  expect(report.resets).toBe(0);
});

it("no drill left a violation behind in what the replicas themselves count", async () => {
  const all = await fleet.statuses();
  expect(all).toHaveLength(4);
  expect(all.reduce((sum, { requests }) => sum + requests, 0)).toBeGreaterThan(0);
  for (const { gateViolations } of all) expect(gateViolations).toBe(0);
});

it("boots and answers with Redis, Postgres, the control plane and the artifact store all away", async () => {
  fleet.proxy.setUp(false);
  await rename(join(fleet.dir, "store"), join(fleet.dir, "store-gone"));
  await fleet.restart();
  await fleet.waitForVersion(1);
  const report = await drill("booted with everything else away", () => sleep(DRILL_SECONDS * 1000));
  expect([...report.versions]).toEqual(["1"]);
  expect(report.resets).toBe(0);
});
