import { expect, test } from "vitest";
import { describeFlow, type ReplicaFlow } from "./flow";

const replica = (o: Partial<ReplicaFlow> = {}): ReplicaFlow => ({
  replicaId: "r",
  workspace: "shop",
  state: "live",
  position: "1-0",
  appliedAtMs: 1,
  changes: 3,
  added: 1,
  waiting: 0,
  ...o,
});

test.each([
  ["heartbeats are away", null, /^No data/],
  ["nobody follows", [], /^No replica/],
  ["all is well", [replica(), replica()], /^All 2 replicas answer/],
  ["one is behind", [replica(), replica({ state: "incomplete" })], /^1 of 2 replicas may answer/],
  ["items wait", [replica({ waiting: 1_200 })], /no room for 1,200 new items/],
] as const)("says first what matters when %s", (_case, replicas, expected) => {
  const all = replicas === null ? null : [...replicas];
  expect(describeFlow({ foldedAt: null, replicas: all })).toMatch(expected);
});
