import {
  type ControlDocument,
  type RecommendResponse,
  type RolloutArm,
  type RolloutTraffic,
  readCount,
  redisKeys,
  rolloutCountsKey,
  ShadowRecord,
  SlateLogRecord,
} from "@shortlist/contracts";
import { pickRolloutArm } from "@shortlist/ml";
import {
  appendCatalogChanges,
  createRedis,
  listFunnelCounts,
  pseudonymise,
  readSlateLog,
} from "@shortlist/platform";
import { requireEnv } from "@shortlist/testing";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { LoadedRelease } from "../release/loadedRelease";
import { startReplica, TEST_PSEUDONYM_KEY, type TestReplica } from "../testing/replicaFixture";

const redisUrl = requireEnv("TEST_REDIS_URL");
const redis = createRedis(redisUrl);
const started: TestReplica[] = [];

beforeAll(() => redis.connect());
afterEach(async () => {
  for (const { replica } of started.splice(0)) await replica.close();
});
afterAll(() => redis.disconnect());

const SHARES = { candidateBuckets: 3_000, controlBuckets: 3_000 };
const start = async (o: Parameters<typeof startReplica>[1] = {}): Promise<TestReplica> => {
  const test = await startReplica(redisUrl, { rollout: { traffic: SHARES }, ...o });
  started.push(test);
  return test;
};
const users = Array.from({ length: 60 }, (_, i) => `u-${i}`);

const apply = ({ replica, documents }: TestReplica, changes: Partial<ControlDocument>) =>
  replica.update([{ ...documents[0]!, ...changes }], []);
const shares = ({ documents }: TestReplica, changes: Partial<RolloutTraffic>) => ({
  rollout: { ...documents[0]!.rollout!, ...changes },
});
const armOf = (test: TestReplica, userId: string, traffic: RolloutTraffic): RolloutArm =>
  pickRolloutArm(traffic, pseudonymise(TEST_PSEUDONYM_KEY, test.workspace, "user", userId));

async function ask(test: TestReplica, userId: string): Promise<RecommendResponse> {
  const { status, body } = await test.post("/v1/recommend", { surface: "home_feed", userId });
  expect(status).toBe(200);
  const answer = body as unknown as RecommendResponse;
  expect(answer.items.length).toBeGreaterThan(0);
  return answer;
}
const versionOf = ({ metadata }: RecommendResponse) => metadata.configVersion.split("-")[0];

async function readRecord(test: TestReplica, requestId: string): Promise<SlateLogRecord> {
  for (let i = 0; i < 100; i++) {
    const [json] = await readSlateLog(redis, test.workspace, [requestId]);
    if (json != null) return SlateLogRecord.parse(JSON.parse(json));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`no slate log of ${requestId}`);
}

/** Counts of an arm since the test began; closes the replica, which writes what it has counted. */
async function countArms(test: TestReplica) {
  await test.replica.close();
  started.splice(started.indexOf(test), 1);
  const minute = Math.floor(Date.now() / 60_000);
  const spans = await listFunnelCounts(redis, test.workspace, { minutes: [minute - 1, minute], step: 1 });
  return (arm: RolloutArm | "home_feed", group: "all" | "health", measure: string) =>
    spans.reduce((sum, counts) => {
      const key = arm === "home_feed" ? arm : rolloutCountsKey("rollout-1", arm);
      return sum + readCount(counts.get(key), group, { name: "-", measure: measure as never });
    }, 0);
}

it("a shopper gets the release of their arm, and the slate log says which it was", async () => {
  const test = await start();
  const { rollout } = test.documents[0]!;
  const seen = new Set<RolloutArm>();
  for (const userId of users) {
    const answer = await ask(test, userId);
    const arm = armOf(test, userId, rollout!);
    expect(versionOf(answer)).toBe(arm === "candidate" ? "2" : "1");
    if (seen.has(arm)) continue;
    seen.add(arm);
    const record = await readRecord(test, answer.metadata.requestId);
    expect(record.rollout).toEqual({ rolloutId: "rollout-1", arm });
    const released =
      arm === "candidate" ? rollout!.candidate.releaseId : test.documents[0]!.release!.releaseId;
    expect(record.releaseId).toBe(released);
  }
  expect(seen.size).toBe(3);
  expect(test.replica.status().releases).toEqual([
    expect.objectContaining({ state: "serving" }),
    expect.objectContaining({ state: "candidate", rolloutId: "rollout-1" }),
  ]);
});

it("requests about an item follow the shopper's arm too, and who is not known gets the served release", async () => {
  const test = await start();
  const userId = users.find((id) => armOf(test, id, test.documents[0]!.rollout!) === "candidate")!;
  const related = async (query: string) =>
    versionOf((await test.get(`/v1/items/item-1/related?kind=similar${query}`)).body as never);
  expect(await related(`&userId=${userId}`)).toBe("2");
  expect(await related("")).toBe("1");
  const stranger = await test.post("/v1/recommend", { surface: "home_feed" });
  expect(versionOf(stranger.body as never)).toBe("1");
});

it("growing shares take nobody from the candidate, and aborting holds on the very next request", async () => {
  const test = await start({ rollout: { traffic: { candidateBuckets: 500, controlBuckets: 500 } } });
  const onCandidate = new Set<string>();
  for (const candidateBuckets of [500, 2_500, 5_000]) {
    apply(test, shares(test, { candidateBuckets, controlBuckets: candidateBuckets }));
    for (const userId of users) {
      const isCandidate = versionOf(await ask(test, userId)) === "2";
      if (onCandidate.has(userId)) expect(isCandidate).toBe(true);
      if (isCandidate) onCandidate.add(userId);
    }
  }
  expect(onCandidate.size).toBeGreaterThan(15);
  const { rollout: _aborted, ...without } = test.documents[0]!;
  test.replica.update([without], []);
  for (const userId of users) {
    const answer = await ask(test, userId);
    expect(versionOf(answer)).toBe("1");
    if (userId === users[0])
      expect((await readRecord(test, answer.metadata.requestId)).rollout).toBeUndefined();
  }
  expect(test.replica.status().releases[1]).toMatchObject({ state: "standby" });
});

it("completing makes the candidate the served release in place, and going back needs no load either", async () => {
  const test = await start();
  const { rollout, release, ...rest } = test.documents[0]!;
  test.replica.update([{ ...rest, release: rollout!.candidate }], []);
  for (const userId of users.slice(0, 10)) expect(versionOf(await ask(test, userId))).toBe("2");
  expect(test.replica.status().releases.map(({ state }) => state)).toEqual(["standby", "serving"]);
  test.replica.update([{ ...rest, release }], []);
  for (const userId of users.slice(0, 10)) expect(versionOf(await ask(test, userId))).toBe("1");
});

it("a release that the process does not hold leaves what it serves in place", async () => {
  const test = await start();
  const elsewhere = { ...test.documents[0]!.release!, releaseId: "e".repeat(64) };
  apply(test, { release: elsewhere, ...shares(test, { candidate: elsewhere }) });
  const answer = await ask(test, users[0]!);
  expect(versionOf(answer)).toBe("1");
  expect((await readRecord(test, answer.metadata.requestId)).rollout).toEqual({
    rolloutId: "rollout-1",
    arm: "rest",
  });
});

it("a candidate that throws is answered by the served release, is named in the answer and counted in its arm", async () => {
  const test = await start();
  const { rollout } = test.documents[0]!;
  const { funnel } = test.replica.served.get(test.workspace)!.rollout!.candidate!;
  Object.assign(funnel, { recommend: () => Promise.reject(new Error("no answer")) });
  let nCandidate = 0;
  for (const userId of users) {
    const answer = await ask(test, userId);
    expect(versionOf(answer)).toBe("1");
    const isCandidate = armOf(test, userId, rollout!) === "candidate";
    if (isCandidate) nCandidate++;
    expect(answer.metadata.degradation.reasons.includes("candidate_failed")).toBe(isCandidate);
  }
  expect(nCandidate).toBeGreaterThan(5);
  const metrics = (await test.get("/metrics")).text;
  expect(metrics).toContain(`shortlist_rollout_slates_total{arm="candidate",outcome="failed"} ${nCandidate}`);
  const count = await countArms(test);
  expect(count("candidate", "health", "failed")).toBe(nCandidate);
  expect(count("control", "health", "failed")).toBe(0);
  expect(count("home_feed", "health", "failed")).toBe(nCandidate);
});

it("a candidate whose ranker answers NaN shows in its arm's counters while every answer is fine", async () => {
  const test = await start({ alter: (loaded) => (loaded.release.number === 2 ? withNan(loaded) : loaded) });
  const arms = { candidate: 0, control: 0, rest: 0 };
  for (const userId of users) {
    const { items } = await ask(test, userId);
    for (const { score } of items) expect(Number.isFinite(score)).toBe(true);
    arms[armOf(test, userId, test.documents[0]!.rollout!)]++;
  }
  const count = await countArms(test);
  expect(count("candidate", "health", "nonFinite")).toBeGreaterThan(0);
  expect(count("control", "health", "nonFinite")).toBe(0);
  for (const arm of ["candidate", "control", "rest"] as const)
    expect(count(arm, "all", "requests")).toBe(arms[arm]);
  expect(count("home_feed", "all", "requests")).toBe(users.length);
});

it("rules, switches and changes of the catalogue reach both releases", async () => {
  const test = await start();
  const { stable, rollout } = test.replica.served.get(test.workspace)!;
  const off = { sourcesOff: [], rankerOff: true, explorationOff: false, listsOnly: false };
  apply(test, { switches: { all: { ...off, candidateSharePct: 100 } } });
  for (const userId of users.slice(0, 20))
    expect((await ask(test, userId)).metadata.degradation.reasons).toContain("ranker_switched_off");
  const itemId = "item-1";
  const changes = [{ op: "patch" as const, itemId, inStock: false }];
  await redis.set(redisKeys.catalogSince(test.workspace), "0-0");
  await appendCatalogChanges(redis, test.workspace, changes);
  await appendCatalogChanges(redis, test.workspace, changes);
  for (const { loaded } of [stable, rollout!.candidate!]) {
    const deadlineMs = Date.now() + 10_000;
    while (loaded.catalog.changes < 2 && Date.now() < deadlineMs)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(loaded.catalog.changes).toBe(2);
  }
  expect(test.replica.status().catalogs).toEqual([
    expect.objectContaining({ workspace: test.workspace, state: "live", changes: 2 }),
  ]);
});

it("what the served release answered is compared with the candidate off the path, and leaves no other trace", async () => {
  const test = await start({
    rollout: { traffic: { candidateBuckets: 3_000, controlBuckets: 3_000, shadowPct: 100 } },
    env: { SERVING_SHADOW_CPU_PCT: "50" },
  });
  const traffic = test.documents[0]!.rollout!;
  const served = new Map<string, RecommendResponse>();
  let nAnswers = 0;
  for (const userId of users.slice(0, 20)) {
    const answer = await ask(test, userId);
    nAnswers++;
    if (armOf(test, userId, traffic) !== "candidate") served.set(answer.metadata.requestId, answer);
  }
  const records = await listShadows(test, served.size);
  expect(records.map(({ requestId }) => requestId).sort()).toEqual([...served.keys()].sort());
  for (const record of records) {
    expect(record).toMatchObject({ rolloutId: "rollout-1", surface: "home_feed", failure: null });
    expect(record.served.modelVersion).toBe("ranker@1");
    expect(record.candidate.modelVersion).toBe("ranker@2");
    expect(record.candidate.items.length).toBeGreaterThan(0);
    expect(record.candidateGateViolations).toBe(0);
    const { items } = served.get(record.requestId)!;
    expect(record.served.items.map(({ itemId }) => itemId)).toEqual(items.map(({ itemId }) => itemId));
  }
  expect(JSON.stringify(records)).not.toContain("u-1");
  const logged = await redis.xlen(redisKeys.slates(test.workspace));
  expect(logged).toBe(nAnswers);
  const count = await countArms(test);
  expect(count("home_feed", "all", "requests")).toBe(nAnswers);
});

it("a candidate that throws in a comparison is recorded with its reason, and nobody's answer changes", async () => {
  const test = await start({
    rollout: { traffic: { shadowPct: 100 } },
    env: { SERVING_SHADOW_CPU_PCT: "50" },
  });
  const { funnel } = test.replica.served.get(test.workspace)!.rollout!.candidate!;
  Object.assign(funnel, { recommend: () => Promise.reject(new Error("no answer")) });
  expect((await ask(test, users[0]!)).metadata.degradation.reasons).toEqual([]);
  const [record] = await listShadows(test, 1);
  expect(record).toMatchObject({ failure: "no answer", candidate: { items: [] } });
});

async function listShadows(test: TestReplica, count: number): Promise<ShadowRecord[]> {
  const deadlineMs = Date.now() + 20_000;
  for (;;) {
    const entries = await redis.xrange(redisKeys.shadows(test.workspace), "-", "+");
    if (entries.length >= count || Date.now() > deadlineMs)
      return entries.map(([, fields]) => ShadowRecord.parse(JSON.parse(fields[1]!)));
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function withNan(loaded: LoadedRelease): LoadedRelease {
  const rankers = [...loaded.rankers].map(([ref, ranker]) => {
    const score: typeof ranker.score = async (features, count, out) => {
      await ranker.score(features, count, out);
      out[0] = Number.NaN;
    };
    return [ref, { ...ranker, width: ranker.width, inputs: ranker.inputs, ref, score }] as const;
  });
  return { ...loaded, rankers: new Map(rankers) };
}
