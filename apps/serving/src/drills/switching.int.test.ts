import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { ReleaseFixture } from "../testing/releaseFixture";
import { type DrillReport, printReports, startLoad } from "./drillClient";
import {
  BUDGET_MS,
  DRILL_SECONDS,
  type DrillFleet,
  LATENCY_MAX_MS,
  readRssMb,
  startFleet,
  waitFor,
} from "./drillFleet";

// Releases are switched while shoppers are served. SWITCH_ROUNDS=50 for the long run.

const ROUNDS = Number(process.env.SWITCH_ROUNDS ?? 4);
const ROUND_MAX_MS = 60_000;
/** A release large enough that loading it takes far longer than moving traffic may. */
const ITEMS = Number(process.env.DRILL_ITEMS ?? 20_000);

const reports: DrillReport[] = [];
let fleet: DrillFleet;
let releases: ReleaseFixture[];

beforeAll(async () => {
  fleet = await startFleet({ SERVING_STANDBY_SECONDS: "120" });
  releases = [];
  for (const number of [2, 3]) releases.push(await fleet.createRelease(number, { nItems: ITEMS }));
}, 120_000);
afterAll(async () => {
  printReports(reports, BUDGET_MS);
  await fleet.stop();
});

const isSwitched = (number: number) => async () => {
  const all = await fleet.statuses();
  const wanted = releases[number - 2]!.release.releaseId;
  return (
    all.length === 2 &&
    all.every((s) => s.releases.some((r) => r.state === "serving" && r.releaseId === wanted))
  );
};

function expectServed(report: DrillReport): void {
  reports.push(report);
  expect(report.failures).toEqual([]);
  expect(report.violations).toEqual([]);
  expect(report.requests).toBeGreaterThan(0);
  expect(report.latencyMsP99).toBeLessThan(LATENCY_MAX_MS);
}

it("no request is dropped while traffic moves to a new release", async () => {
  const idle = startLoad("before a switch", fleet);
  await sleep(DRILL_SECONDS * 1000);
  const before = await idle.stop();
  expectServed(before);
  const load = startLoad("switch to a new release", fleet);
  await fleet.publish(releases[0]!);
  await fleet.waitForVersion(2);
  await waitFor("the switch", isSwitched(2));
  await sleep(1_000);
  const during = await load.stop();
  expectServed(during);
  expect(during.resets).toBe(0);
  expect([...during.versions].sort()).toEqual(["1", "2"]);
  const ratio = during.latencyMsP99 / before.latencyMsP99;
  process.stdout.write(
    `switch: p99 ${before.latencyMsP99.toFixed(1)} ms before, ${during.latencyMsP99.toFixed(1)} ms during, ` +
      `ratio ${ratio.toFixed(2)}\n`,
  );
});

it("rolling back to the release of before moves traffic within a second, and so does going forward again", async () => {
  await fleet.publish(releases[1]!);
  await fleet.waitForVersion(3);
  await waitFor("the switch", isSwitched(3));
  const load = startLoad("roll back and forward by pointer", fleet);
  const tookMs: number[] = [];
  for (const number of [2, 3, 2]) {
    const publishedAtMs = await fleet.publish(releases[number - 2]!);
    await waitFor(`release ${number}`, async () => (await fleet.version()) === String(number));
    // From here on every new connection gets it: ask a few times, which reaches both processes.
    for (let i = 0; i < 6; i++) expect(await fleet.version()).toBe(String(number));
    tookMs.push(performance.now() - publishedAtMs);
  }
  const report = await load.stop();
  expectServed(report);
  expect(report.resets).toBe(0);
  process.stdout.write(`roll back: ${tookMs.map((ms) => `${ms.toFixed(0)} ms`).join(", ")}\n`);
  for (const ms of tookMs) expect(ms).toBeLessThan(1_000);
});

it(
  `memory stays flat over ${ROUNDS} switches`,
  async () => {
    const load = startLoad(`${ROUNDS} switches`, fleet);
    const supervisorMb: number[] = [];
    const replicaMb: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      // A release of its own each time: one that stands by would only be told to listen.
      const release = await fleet.createRelease(10 + round, { nItems: 2_000 });
      await fleet.publish(release);
      await fleet.waitForVersion(10 + round);
      await waitFor("old processes to leave", async () => {
        const all = await fleet.statuses();
        return (
          all.length === 2 &&
          all.every((s) => s.releases.some((r) => r.releaseId === release.release.releaseId))
        );
      });
      const all = await fleet.statuses();
      supervisorMb.push(await readRssMb(fleet.supervisor.pid!));
      replicaMb.push((await Promise.all(all.map(({ pid }) => readRssMb(pid)))).reduce((a, b) => a + b, 0));
    }
    expectServed(await load.stop());
    const show = (mb: readonly number[]) => mb.map((value) => value.toFixed(0)).join(" ");
    process.stdout.write(`supervisor MB: ${show(supervisorMb)}\nreplicas MB:   ${show(replicaMb)}\n`);
    // The first rounds fill heaps and compile; after that, half of the rounds against the other half.
    const settled = (mb: readonly number[]) => mb.slice(Math.min(2, mb.length - 2));
    for (const mb of [settled(supervisorMb), settled(replicaMb)]) {
      const half = Math.ceil(mb.length / 2);
      expect(mean(mb.slice(half))).toBeLessThan(1.1 * mean(mb.slice(0, half)) + 10);
    }
  },
  60_000 + ROUNDS * ROUND_MAX_MS,
);

function mean(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / values.length;
}
