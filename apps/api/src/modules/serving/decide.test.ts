import type { ReplicaStatus } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { decideReplicaState, findCandidate, REPLICA_LOST_MS } from "./decide";

const NOW = 1_000_000;
const WANTED = "b".repeat(64);
const OLD = "a".repeat(64);

type Entry = ReplicaStatus["releases"][number];
const entry = (releaseId: string, state: Entry["state"], o: Partial<Entry> = {}): Entry => ({
  workspace: "shop",
  releaseId,
  state,
  reason: null,
  loadMs: null,
  nItems: null,
  ...o,
});
const decide = (releases: Entry[], o: { silentMs?: number; wanted?: string | null } = {}) =>
  decideReplicaState({ releases, heartbeatAtMs: NOW - (o.silentMs ?? 0) } as ReplicaStatus, {
    workspace: "shop",
    wantedReleaseId: o.wanted === undefined ? WANTED : o.wanted,
    nowMs: NOW,
  });

test.each([
  ["serves what is wanted", [entry(WANTED, "serving")], {}, "serving"],
  ["loads while the old one answers", [entry(OLD, "serving"), entry(WANTED, "loading")], {}, "loading"],
  ["refused while the old one answers", [entry(OLD, "serving"), entry(WANTED, "refused")], {}, "refused"],
  ["has not heard of it", [entry(OLD, "serving")], {}, "stale"],
  ["has nothing yet", [], {}, "loading"],
  ["other workspaces do not count", [entry(WANTED, "serving", { workspace: "other" })], {}, "loading"],
  ["silent for too long", [entry(WANTED, "serving")], { silentMs: REPLICA_LOST_MS + 1 }, "lost"],
  ["silent, but not too long", [entry(WANTED, "serving")], { silentMs: REPLICA_LOST_MS }, "serving"],
  ["nothing is wanted", [], { wanted: null }, "no_release"],
  [
    "serves what is wanted beside a candidate",
    [entry(WANTED, "serving"), entry(OLD, "candidate", { rolloutId: "r" })],
    {},
    "serving",
  ],
  [
    "serves what is wanted and refused a candidate",
    [entry(WANTED, "serving"), entry(OLD, "refused", { rolloutId: "r", reason: "golden_mismatch" })],
    {},
    "serving",
  ],
] as const)("%s", (_what, releases, o, state) => {
  expect(decide([...releases], o).state).toBe(state);
});

test("what a replica makes of a rollout's candidate is told apart from what it serves", () => {
  const find = (...releases: Entry[]) => findCandidate({ releases } as ReplicaStatus, "shop");
  expect(find(entry(WANTED, "serving"), entry(OLD, "standby"))).toBeNull();
  expect(find(entry(OLD, "candidate", { rolloutId: "r", workspace: "other" }))).toBeNull();
  expect(
    find(entry(WANTED, "serving"), entry(OLD, "refused", { rolloutId: "r", reason: "golden_mismatch" })),
  ).toEqual({ releaseId: OLD, state: "refused", reason: "golden_mismatch" });
});

test("a refusal says why and what answers meanwhile", () => {
  const verdict = decide([
    entry(OLD, "serving"),
    entry(WANTED, "refused", { reason: "feature_mismatch: x" }),
  ]);
  expect(verdict).toEqual({ state: "refused", reason: "feature_mismatch: x", actualReleaseId: OLD });
});
