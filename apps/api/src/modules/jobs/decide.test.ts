import { JOBS } from "@shortlist/contracts";
import { describe, expect, test } from "vitest";
import {
  decideAfterLoss,
  decideSweep,
  HEARTBEAT_LOST_MS,
  isLost,
  type JobState,
  QUEUED_GRACE_MS,
} from "./decide";

const NOW = new Date("2026-11-20T10:00:00Z");
const ago = (ms: number) => new Date(NOW.getTime() - ms);
const job = (o: Partial<JobState>): JobState => ({
  name: "training.run",
  state: "queued",
  attempts: 0,
  createdAt: ago(3_600_000),
  startedAt: null,
  heartbeatAt: null,
  cancelRequestedAt: null,
  ...o,
});
const running = (silentMs: number, o: Partial<JobState> = {}) =>
  job({ state: "running", attempts: 1, startedAt: ago(600_000), heartbeatAt: ago(silentMs), ...o });

describe("the sweeper", () => {
  test.each([
    ["publishes a row that waits", job({}), "publish"],
    ["leaves a row that was just made", job({ createdAt: ago(QUEUED_GRACE_MS) }), "leave"],
    ["leaves a running job that gives signs of life", running(HEARTBEAT_LOST_MS), "leave"],
    ["queues a lost job again", running(HEARTBEAT_LOST_MS + 1), "requeue"],
    ["fails a job lost in its last attempt", running(HEARTBEAT_LOST_MS + 1, { attempts: 2 }), "fail"],
    [
      "cancels a lost job that was to be cancelled",
      running(HEARTBEAT_LOST_MS + 1, { cancelRequestedAt: ago(1) }),
      "cancel",
    ],
    ["leaves what is over", job({ state: "failed" }), "leave"],
    [
      "counts from the start when there was no heartbeat",
      running(0, { heartbeatAt: null, startedAt: ago(HEARTBEAT_LOST_MS + 1) }),
      "requeue",
    ],
  ] as const)("%s", (_what, state, verdict) => {
    expect(decideSweep(state, NOW)).toBe(verdict);
  });
});

test("attempts end at the catalogue's number, and an unknown job has one", () => {
  const at = (name: string, attempts: number) => decideAfterLoss({ name, attempts, cancelRequestedAt: null });
  expect(at("training.run", JOBS["training.run"].attempts - 1)).toBe("requeue");
  expect(at("training.run", JOBS["training.run"].attempts)).toBe("fail");
  expect(at("unknown", 1)).toBe("fail");
});

test("only a running job can be lost", () => {
  expect(isLost(job({ heartbeatAt: ago(1e9) }), NOW)).toBe(false);
});
