import { describe, expect, it } from "vitest";
import { Breaker } from "../degrade/breaker";
import { RetryBudget } from "../degrade/retryBudget";
import type { EventLog } from "../ports/eventLog";
import { guardEventLog } from "./guardedLog";

const BATCH = { events: [], quarantined: [] };
const STORED = { duplicate: 0, velocity: 0 };

function open(append: () => Promise<typeof STORED>, o: { deadlineMs?: number; tokens?: number } = {}) {
  let calls = 0;
  const log: EventLog = {
    append: () => {
      calls++;
      return append();
    },
  };
  let nowMs = 0;
  const breaker = new Breaker(0);
  const guarded = guardEventLog(log, {
    breaker,
    retries: new RetryBudget(0.1, 10, o.tokens ?? 0),
    isLogUp: () => true,
    deadlineMs: o.deadlineMs ?? 500,
    now: () => nowMs,
  });
  return {
    breaker,
    append: () => guarded.append("shop", BATCH),
    get calls() {
      return calls;
    },
    pass: (ms: number) => {
      nowMs += ms;
    },
  };
}

describe("the guarded event log", () => {
  it("refuses at once, without asking, while the log keeps failing, and asks again after a while", async () => {
    let isUp = false;
    const log = open(() => (isUp ? Promise.resolve(STORED) : Promise.reject(new Error("no"))));
    for (let i = 0; i < 5; i++) await expect(log.append()).rejects.toThrow("no");
    await expect(log.append()).rejects.toMatchObject({ code: "log_unavailable" });
    expect(log.calls).toBe(5);
    isUp = true;
    log.pass(1_000);
    await expect(log.append()).resolves.toEqual(STORED);
    expect(log.breaker.state).toBe("closed");
  });

  it("tries a batch once more within the budget, and no more than that", async () => {
    let failures = 1;
    const log = open(() => (failures-- > 0 ? Promise.reject(new Error("no")) : Promise.resolve(STORED)), {
      tokens: 1,
    });
    await expect(log.append()).resolves.toEqual(STORED);
    expect(log.calls).toBe(2);
    failures = 1;
    await expect(log.append()).rejects.toThrow("no");
    expect(log.calls).toBe(3);
  });

  it("counts a log that hangs as failed, though nothing comes back", async () => {
    const log = open(() => new Promise(() => undefined), { deadlineMs: 5 });
    for (let i = 0; i < 5; i++) void log.append();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(log.breaker.state).toBe("open");
  });
});
