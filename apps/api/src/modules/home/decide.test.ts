import { expect, test } from "vitest";
import type { Fleet, ReplicaView } from "../serving/service";
import { computeNeeds } from "./decide";
import { computeRungShares } from "./needs/answers";
import { listUnansweredFailures } from "./needs/jobs";
import type { HomeState } from "./needs/need";

const NOW = new Date("2026-11-20T10:00:00Z");
const replica = (o: Partial<ReplicaView> = {}): ReplicaView => ({
  state: "serving",
  reason: null,
  actualReleaseId: "r",
  actualReleaseNumber: 3,
  candidate: null,
  loadMs: 10,
  replicaId: "host-1",
  host: "host",
  pid: 1,
  version: "1",
  startedAt: NOW,
  heartbeatAt: NOW,
  rssBytes: 1,
  requests: 0,
  requestsPerSecond: 0,
  latencyMsP50: null,
  latencyMsP99: null,
  rungCounts: [1000, 0, 0, 0, 0],
  gateViolations: 0,
  redis: "up",
  droppedSlateLogs: 0,
  pressure: 0,
  breakers: [],
  caches: [],
  ...o,
});
const fleet = (replicas: ReplicaView[], o: Partial<Fleet> = {}): Fleet => ({
  wanted: { releaseId: "r", number: 3, createdAt: NOW },
  replicas,
  readAt: NOW,
  ...o,
});
const needsOf = (f: Fleet, o: Partial<HomeState> = {}) =>
  computeNeeds({
    fleet: f,
    failedJobs: [],
    lostJobs: [],
    rungs: computeRungShares(f),
    lastTrainedAt: NOW,
    failedChecks: [],
    features: [],
    eventLog: null,
    rollouts: [],
    now: NOW,
    ...o,
  });

test("nothing needs anybody when everything that can be seen is in order", () => {
  expect(needsOf(fleet([replica()]))).toEqual([]);
});

test.each([
  ["no release", fleet([replica()], { wanted: null }), {}, ["no_release"]],
  ["no replica", fleet([]), {}, ["no_replicas"]],
  ["heartbeats that cannot be read", fleet([], { readAt: null }), {}, ["heartbeats_unreadable"]],
  ["a refusal", fleet([replica(), replica({ state: "refused" })]), {}, ["replica_refused"]],
  ["a lost replica", fleet([replica(), replica({ state: "lost" })]), {}, ["replica_lost"]],
  ["all replicas lost: said once", fleet([replica({ state: "lost" })]), {}, ["no_replicas"]],
  [
    "a stream that is read late",
    fleet([replica()]),
    { eventLog: { state: "behind", sentence: "s", at: NOW } },
    ["event_log_behind"],
  ],
  [
    "a stream that is about to drop what nobody read",
    fleet([replica()]),
    { eventLog: { state: "losing", sentence: "s", at: NOW } },
    ["event_log_losing"],
  ],
  ["fallbacks", fleet([replica({ rungCounts: [900, 0, 0, 0, 100] })]), {}, ["degraded"]],
  ["too few requests to judge", fleet([replica({ rungCounts: [0, 0, 0, 0, 50] })]), {}, []],
  ["ineligible items shown", fleet([replica({ gateViolations: 2 })]), {}, ["gate_violations"]],
  ["dropped slate logs", fleet([replica({ droppedSlateLogs: 2 })]), {}, ["slate_logs_dropped"]],
  [
    "old models",
    fleet([replica()]),
    { lastTrainedAt: new Date(NOW.getTime() - 49 * 3_600_000) },
    ["model_stale"],
  ],
  [
    "a failed and a lost job",
    fleet([replica()]),
    {
      failedJobs: [{ id: "1", name: "training.run", error: "x", endedAt: NOW }],
      lostJobs: [{ id: "2", name: "training.run", heartbeatAt: NOW }],
    },
    ["job_lost", "job_failed"],
  ],
] as const)("%s", (_what, state, o, kinds) => {
  expect(needsOf(state, o as Partial<HomeState>).map(({ kind }) => kind)).toEqual(kinds);
});

test("the worst comes first", () => {
  const severities = needsOf(
    fleet([replica({ droppedSlateLogs: 1, gateViolations: 1 }), replica({ state: "lost" })]),
  ).map(({ severity }) => severity);
  expect(severities).toEqual(["critical", "warning", "info"]);
});

test("shares count living replicas, and without requests there is no share", () => {
  expect(computeRungShares(fleet([])).degradedShare).toBeNull();
  const shares = computeRungShares(
    fleet([
      replica({ rungCounts: [6, 2, 1, 1, 0] }),
      replica({ state: "lost", rungCounts: [0, 0, 0, 0, 90] }),
    ]),
  );
  expect(shares).toEqual({ requests: 10, counts: [6, 2, 1, 1, 0], degradedShare: 0.2 });
});

test("a check that failed on the latest day leads to its cell", () => {
  const failed = { check: "volume", day: "2026-11-19", sentence: "3 events, fewer than …", computedAt: NOW };
  expect(needsOf(fleet([replica()]), { failedChecks: [failed] })).toEqual([
    {
      kind: "quality_failed",
      severity: "warning",
      title: "volume failed on 2026-11-19",
      detail: "3 events, fewer than …",
      href: "/quality?day=2026-11-19&check=volume",
      at: NOW,
    },
  ]);
});

test("a view whose batch is late leads to the view", () => {
  const late = { name: "clicks", title: "The batch of clicks@1 is late", detail: "Readers use one until …" };
  expect(needsOf(fleet([replica()]), { features: [late] })).toMatchObject([
    { kind: "features_behind", severity: "warning", title: late.title, href: "/features/clicks" },
  ]);
});

test("a failed job is answered by a later success of its own kind, not by the nightly checks", () => {
  const job = (name: string, state: string, hoursAgo: number) => {
    const createdAt = new Date(NOW.getTime() - hoursAgo * 3_600_000);
    return { name, state, createdAt, endedAt: createdAt };
  };
  const failed = job("training.run", "failed", 5);
  const names = (jobs: ReturnType<typeof job>[]) => listUnansweredFailures(jobs, NOW).map(({ name }) => name);
  expect(names([job("quality.check", "succeeded", 1), failed])).toEqual(["training.run"]);
  expect(names([job("training.run", "succeeded", 1), failed])).toEqual([]);
  expect(names([failed, job("training.run", "succeeded", 6)])).toEqual(["training.run"]);
  expect(names([job("training.run", "failed", 25)])).toEqual([]);
});

test("a rollout needs somebody when it is held, waits for a second person, or ended against its plan today", () => {
  const state = {
    phase: "canary",
    stepIndex: 1,
    stepSinceMs: 0,
    windowSinceMs: 0,
    extendedMinutes: 0,
    hold: null,
    approvalAskedAtMs: null,
    approval: null,
  } as const;
  const hold = {
    code: "guardrail",
    by: "controller",
    isRobot: true,
    reason: "revenue fell",
    sinceMs: 0,
  } as const;
  const rollout = (o: object, endedAt: Date | null = null) => ({
    number: 3,
    note: "new ranker",
    state: { ...state, ...o },
    endedAt,
  });
  const kinds = (...rollouts: ReturnType<typeof rollout>[]) =>
    needsOf(fleet([replica()]), { rollouts }).map(({ kind }) => kind);
  expect(kinds(rollout({}))).toEqual([]);
  expect(kinds(rollout({ hold }))).toEqual(["rollout_held"]);
  expect(kinds(rollout({ approvalAskedAtMs: 1 }))).toEqual(["rollout_waits"]);
  expect(kinds(rollout({ approvalAskedAtMs: 1, approval: { by: "ann", atMs: 2 } }))).toEqual([]);
  expect(kinds(rollout({ phase: "aborted" }, NOW))).toEqual(["rollout_ended"]);
  expect(kinds(rollout({ phase: "completed" }, NOW))).toEqual([]);
  expect(kinds(rollout({ phase: "aborted" }, new Date(NOW.getTime() - 25 * 3_600_000)))).toEqual([]);
});
