import type { RolloutTraffic, ShadowRecord } from "@shortlist/contracts";
import { beforeEach, describe, expect, it } from "vitest";
import type { Slate } from "../funnel/types";
import type { ServedWorkspace } from "../rollout/servedWorkspace";
import { slateRequest } from "../testing/loadedFixture";
import type { WorkspaceRuntime } from "../workspaces";
import { decideNextRunMs, isShadowed } from "./decideShadow";
import { createShadowRunner, type ShadowOutcome, type ShadowQuestion } from "./shadowRunner";

const RUN_MS = 4;
const candidate = {} as WorkspaceRuntime;
const traffic = { rolloutId: "r", shadowPct: 100 } as RolloutTraffic;
const slate = {
  record: { items: [{ itemId: "a", position: 0, score: 1 }], rung: 0, latencyMs: 3, modelVersion: "m@1" },
  counts: { gateRemoved: { hidden: 2 }, gateViolations: 0, nonFiniteScores: 1 },
} as unknown as Slate;

describe("a shadow runner", () => {
  let nowMs: number;
  let isBusy: boolean;
  let rollout: { traffic: RolloutTraffic; candidate: WorkspaceRuntime } | null;
  let records: ShadowRecord[];
  let outcomes: ShadowOutcome[];
  let workedMs: number;

  beforeEach(() => {
    nowMs = 0;
    isBusy = false;
    rollout = { traffic, candidate };
    records = [];
    outcomes = [];
    workedMs = 0;
  });

  const open = () =>
    createShadowRunner({
      findServed: () => ({ rollout }) as unknown as ServedWorkspace,
      push: (record) => records.push(record),
      isBusy: () => isBusy,
      sharePct: 10,
      now: () => nowMs,
      wait: (ms) => {
        nowMs += ms;
        return new Promise((resolve) => setImmediate(resolve));
      },
      onOutcome: (outcome) => outcomes.push(outcome),
    });
  const ask = (i: number): ShadowQuestion => ({
    request: slateRequest({ requestId: `q-${i}` }),
    served: slate,
    async make(_runtime, request) {
      expect(request).toMatchObject({ isPreview: true, isShadow: true, startedMs: nowMs });
      nowMs += RUN_MS;
      workedMs += RUN_MS;
      return slate;
    },
  });
  const settle = async (turns = 400) => {
    for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  };

  it("begins in a later turn of the event loop than the answer", async () => {
    const runner = open();
    runner.offer(traffic, ask(0));
    await Promise.resolve();
    expect(workedMs).toBe(0);
    await settle();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      requestId: "q-0",
      candidateGateRemoved: 2,
      candidateNonFiniteScores: 1,
    });
  });

  it("takes no more than its share of the time, and drops what does not fit its queue", async () => {
    const runner = open();
    for (let i = 0; i < 40; i++) runner.offer(traffic, ask(i));
    expect(outcomes).toEqual(Array.from({ length: 8 }, () => "dropped"));
    await settle();
    expect(records).toHaveLength(32);
    expect(workedMs / nowMs).toBeCloseTo(0.1, 5);
  });

  it("rests while the process is busy with shoppers", async () => {
    isBusy = true;
    const runner = open();
    runner.offer(traffic, ask(0));
    await settle();
    expect(records).toEqual([]);
    isBusy = false;
    await settle();
    expect(records).toHaveLength(1);
  });

  it("asks nothing of a candidate whose rollout ended while the question waited", async () => {
    const runner = open();
    runner.offer(traffic, ask(0));
    rollout = null;
    await settle();
    expect(records).toEqual([]);
    expect(workedMs).toBe(0);
  });

  it("a failure is recorded with its reason, and the next question is asked", async () => {
    const runner = open();
    runner.offer(traffic, { ...ask(0), make: () => Promise.reject(new Error("broken")) });
    runner.offer(traffic, ask(1));
    await settle();
    expect(records.map(({ failure }) => failure)).toEqual(["broken", null]);
    expect(outcomes).toEqual(["failed", "compared"]);
  });
});

it("the same requests are compared whoever looks, in about the share that was asked for", () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `request-${i}`);
  const share = (shadowPct: number) =>
    ids.filter((id) => isShadowed({ rolloutId: "r", shadowPct }, id)).length / ids.length;
  expect(share(0)).toBe(0);
  expect(share(100)).toBe(1);
  // Five standard errors of a binomial share.
  expect(Math.abs(share(20) - 0.2)).toBeLessThan(5 * Math.sqrt((0.2 * 0.8) / ids.length));
  expect(decideNextRunMs({ endedMs: 104, tookMs: 4, sharePct: 10 })).toBe(140);
});
