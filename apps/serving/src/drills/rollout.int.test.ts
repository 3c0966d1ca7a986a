import { rename } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  type RecommendResponse,
  type ReplicaStatus,
  type RolloutTraffic,
  redisKeys,
} from "@shortlist/contracts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createTraffic } from "../testing/publishControl";
import type { ReleaseFixture } from "../testing/releaseFixture";
import { type DrillReport, type DrillTarget, HOME_LOAD, printReports, startLoad } from "./drillClient";
import { BUDGET_MS, type DrillFleet, LATENCY_MAX_MS, readRssMb, startFleet, waitFor } from "./drillFleet";

// A rollout under load over two supervisors of two processes each: steps, abort, a candidate that is refused, completion,
// and a restart with everything but the disk away.

const ITEMS = Number(process.env.DRILL_ITEMS ?? 5_000);
/** Two supervisors load one process after the other, on a machine that shoppers keep busy. */
const LOAD_MAX_MS = 180_000;
/** What a roll-back may take on all replicas. */
const ABORT_MAX_MS = 5_000;
/** Two looks of a supervisor that missed the message. Meanwhile one process may be a step ahead of another. */
const CONVERGE_MS = 4_000;

const reports: DrillReport[] = [];
let fleet: DrillFleet;
let targets: DrillTarget[];
let first: ReleaseFixture;

beforeAll(async () => {
  fleet = await startFleet({ SERVING_STANDBY_SECONDS: "600" });
  targets = [fleet, await fleet.addSupervisor()];
  first = await fleet.createRelease(5, { nItems: ITEMS });
  await fleet.publish(first);
  await waitFor("the first release everywhere", everyProcess(4, "serving", first), LOAD_MAX_MS);
}, 2 * LOAD_MAX_MS);
afterAll(async () => {
  printReports(reports, BUDGET_MS);
  await fleet.stop();
});

/** Whether so many processes have the release in the state. */
function everyProcess(count: number, state: string, { release }: ReleaseFixture) {
  return async () => {
    const all = await fleet.statuses();
    const has = (status: ReplicaStatus) =>
      status.releases.some((r) => r.releaseId === release.releaseId && r.state === state);
    return all.length === count && all.every(has);
  };
}
const publish = (candidate: ReleaseFixture, traffic: Partial<RolloutTraffic>) =>
  fleet.publish(first, { rollout: createTraffic(candidate.wanted, traffic) });
const listPids = async () => (await fleet.statuses()).map(({ pid }) => pid).sort();
const userOf = (body: object) => (body as { userId: string }).userId;
const numberOf = ({ metadata }: RecommendResponse) => metadata.configVersion.split("-")[0];

interface Watched {
  readonly userId: string;
  readonly number: string | undefined;
  readonly atMs: number;
  readonly answeredAtMs: number;
}

/** Load on both supervisors at once, and every answer it got. */
function startBoth(drill: string) {
  const answers: Watched[] = [];
  const loads = targets.map((target) =>
    startLoad(drill, target, {
      ...HOME_LOAD,
      onAnswer: ({ body, atMs }, answer) =>
        answers.push({
          userId: userOf(body),
          number: numberOf(answer),
          atMs,
          answeredAtMs: performance.now(),
        }),
    }),
  );
  return {
    answers,
    async stop() {
      for (const report of await Promise.all(loads.map((load) => load.stop()))) {
        reports.push(report);
        expect(report.failures).toEqual([]);
        expect(report.violations).toEqual([]);
        expect(report.resets).toBe(0);
        expect(report.requests).toBeGreaterThan(0);
        expect(report.latencyMsP99).toBeLessThan(LATENCY_MAX_MS);
      }
    },
  };
}

it(
  "from 5 % to 50 % nobody who got the candidate loses it, and an abort holds everywhere within 5 s",
  async () => {
    const candidate = await fleet.createRelease(6, { nItems: ITEMS });
    const rssMb = async () =>
      (await Promise.all((await listPids()).map(readRssMb))).reduce((a, b) => a + b, 0) / 4;
    const beforeMb = await rssMb();
    const load = startBoth("rollout 0 → 5 → 50 % → abort");
    await publish(candidate, {});
    await waitFor("the candidate everywhere", everyProcess(4, "candidate", candidate), LOAD_MAX_MS);
    const withMb = await rssMb();
    const stepsAtMs: number[] = [];
    for (const buckets of [500, 5_000]) {
      stepsAtMs.push(await publish(candidate, { candidateBuckets: buckets, controlBuckets: buckets }));
      await sleep(CONVERGE_MS + 3_000);
    }
    const pids = await listPids();
    const abortedAtMs = await fleet.publish(first, { rollout: undefined });
    await sleep(ABORT_MAX_MS + 2_000);
    await load.stop();
    expect(await listPids()).toEqual(pids);

    const onCandidate = load.answers.filter(({ number }) => number === "6");
    const users = new Set(onCandidate.map(({ userId }) => userId));
    // 40 shoppers, half of them: between 8 and 32 with more than five standard errors of room.
    expect(users.size).toBeGreaterThan(8);
    expect(users.size).toBeLessThan(32);
    const firstAtMs = new Map<string, number>();
    for (const { userId, answeredAtMs } of onCandidate)
      if (!firstAtMs.has(userId)) firstAtMs.set(userId, answeredAtMs);
    const isConverging = (atMs: number) => stepsAtMs.some((at) => atMs >= at && atMs < at + CONVERGE_MS);
    const flips = load.answers.filter(
      ({ userId, number, atMs, answeredAtMs }) =>
        number === "5" &&
        atMs > (firstAtMs.get(userId) ?? Number.POSITIVE_INFINITY) &&
        answeredAtMs < abortedAtMs,
    );
    expect(flips.filter(({ atMs }) => !isConverging(atMs))).toEqual([]);
    const tookMs = Math.max(...onCandidate.map(({ answeredAtMs }) => answeredAtMs)) - abortedAtMs;
    process.stdout.write(
      `rollout: ${onCandidate.length} of ${load.answers.length} answers by the candidate, ${users.size} of 40 shoppers; ` +
        `${flips.length} answers by a process a step behind; last candidate answer ${tookMs.toFixed(0)} ms after the abort; ` +
        `memory of a process ${beforeMb.toFixed(0)} MB, with the candidate ${withMb.toFixed(0)} MB\n`,
    );
    expect(tookMs).toBeLessThan(ABORT_MAX_MS);
  },
  2 * LOAD_MAX_MS,
);

it(
  "a candidate that is corrupt is refused with its reason, and the processes that serve are not even replaced",
  async () => {
    const broken = await fleet.createRelease(7, {
      rankerBytes: (bytes) => bytes.subarray(0, bytes.length >> 1),
    });
    const pids = await listPids();
    const load = startBoth("corrupt candidate");
    await publish(broken, { candidateBuckets: 5_000, controlBuckets: 5_000 });
    await waitFor("the refusal everywhere", everyProcess(4, "refused", broken), LOAD_MAX_MS);
    await sleep(1_000);
    await load.stop();
    expect(new Set(load.answers.map(({ number }) => number))).toEqual(new Set(["5"]));
    expect(await listPids()).toEqual(pids);
    for (const { releases } of await fleet.statuses()) {
      const refused = releases.find(({ releaseId }) => releaseId === broken.release.releaseId)!;
      expect(refused.reason).toMatch(/^corrupt_artifact/);
      expect(refused.rolloutId).toBe("rollout-1");
      const serving = releases.find(({ releaseId }) => releaseId === first.release.releaseId)!;
      expect(serving.state).toBe("serving");
    }
  },
  2 * LOAD_MAX_MS,
);

it(
  "a process boots into the middle of a rollout from its disk, with Redis and the artifact store away",
  async () => {
    const candidate = await fleet.createRelease(8, { nItems: ITEMS });
    await publish(candidate, { candidateBuckets: 5_000, controlBuckets: 5_000 });
    await waitFor("the candidate everywhere", everyProcess(4, "candidate", candidate), LOAD_MAX_MS);
    const askAll = async () => {
      const given = new Map<string, string | undefined>();
      const load = startLoad("", fleet, {
        ...HOME_LOAD,
        onAnswer: ({ body }, answer) => given.set(userOf(body), numberOf(answer)),
      });
      await waitFor("an answer to every shopper", async () => given.size === 40);
      const report = await load.stop();
      expect(report.failures).toEqual([]);
      return given;
    };
    const before = await askAll();
    expect(new Set(before.values())).toEqual(new Set(["5", "8"]));
    fleet.proxy.setUp(false);
    await rename(join(fleet.dir, "store"), join(fleet.dir, "store-away"));
    await fleet.restart();
    await waitFor("the port", async () => (await fleet.version()) !== "");
    await sleep(2_000);
    expect(await askAll()).toEqual(before);
    await rename(join(fleet.dir, "store-away"), join(fleet.dir, "store"));
    // Those that ended while Redis was away could not take themselves off the list.
    await fleet.redis.del(redisKeys.replicas);
    fleet.proxy.setUp(true);
    await waitFor("the fleet again", everyProcess(4, "candidate", candidate), LOAD_MAX_MS);
  },
  2 * LOAD_MAX_MS,
);

it(
  "completing moves everybody to the candidate in place, without a reset, and so does going back",
  async () => {
    const pids = await listPids();
    const [status] = await fleet.statuses();
    const { releaseId } = status!.releases.find(({ state }) => state === "candidate")!;
    const candidate = await fleet.createRelease(8, { nItems: ITEMS });
    expect(candidate.release.releaseId).toBe(releaseId);
    const load = startBoth("completion and back");
    for (const [release, number] of [
      [candidate, "8"],
      [first, "5"],
    ] as const) {
      const atMs = await fleet.publish(release, { rollout: undefined });
      await sleep(CONVERGE_MS);
      const last = load.answers.filter((answer) => answer.number !== number).at(-1)!;
      process.stdout.write(
        `completion: last answer by another release ${(last.answeredAtMs - atMs).toFixed(0)} ms after the document\n`,
      );
      expect(last.answeredAtMs - atMs).toBeLessThan(ABORT_MAX_MS);
    }
    await load.stop();
    expect(await listPids()).toEqual(pids);
  },
  2 * LOAD_MAX_MS,
);

it(
  "what nothing needs any more leaves with the processes that hold it, without a request noticing",
  async () => {
    const small = await startFleet({ SERVING_STANDBY_SECONDS: "2", SERVING_PROCESSES: "1" });
    try {
      const [served, candidate] = [await small.createRelease(2), await small.createRelease(3)];
      const releases = async () => (await small.statuses()).flatMap((status) => status.releases);
      const isOnly = async (states: string) =>
        (await releases())
          .map(({ state }) => state)
          .sort()
          .join() === states;
      await small.publish(served, { rollout: createTraffic(candidate.wanted, { candidateBuckets: 5_000 }) });
      await waitFor("the candidate", () => isOnly("candidate,serving"));
      const load = startLoad("quiet replacement", small);
      await small.publish(served, { rollout: undefined });
      await waitFor("the candidate at rest", () => isOnly("serving,standby"));
      await waitFor("processes without it", () => isOnly("serving"));
      await sleep(1_000);
      const report = await load.stop();
      reports.push(report);
      expect(report.failures).toEqual([]);
      expect(report.violations).toEqual([]);
      expect(report.resets).toBe(0);
    } finally {
      await small.stop();
    }
  },
  2 * LOAD_MAX_MS,
);

it(
  "a candidate whose processes keep dying is refused, and its shoppers get the served release",
  async () => {
    const small = await startFleet({ SERVING_PROCESSES: "1" });
    try {
      const [served, candidate] = [await small.createRelease(2), await small.createRelease(3)];
      const traffic = createTraffic(candidate.wanted, { candidateBuckets: 10_000 });
      await small.publish(served, { rollout: traffic });
      const states = async () => (await small.statuses()).flatMap((status) => status.releases);
      const stateOf = async ({ release }: ReleaseFixture) =>
        (await states()).find(({ releaseId }) => releaseId === release.releaseId);
      await waitFor("the candidate", async () => (await stateOf(candidate))?.state === "candidate");
      // As if a request to the candidate ended the process.
      for (let deaths = 0; deaths < 4; deaths++) {
        const [pid] = (await small.statuses()).map((status) => status.pid);
        process.kill(pid!, "SIGKILL");
        await waitFor("a process in its place", async () => {
          const [status] = await small.statuses();
          return status !== undefined && status.pid !== pid && (await small.version()) !== "";
        });
      }
      await waitFor("the refusal", async () => (await stateOf(candidate))?.state === "refused");
      expect((await stateOf(candidate))!.reason).toMatch(/^process_died: 4 processes/);
      expect((await stateOf(served))!.state).toBe("serving");
      const load = startLoad("after the refusal", small);
      await sleep(1_000);
      const report = await load.stop();
      expect(report.failures).toEqual([]);
      expect([...report.versions]).toEqual(["2"]);
    } finally {
      await small.stop();
    }
  },
  2 * LOAD_MAX_MS,
);
