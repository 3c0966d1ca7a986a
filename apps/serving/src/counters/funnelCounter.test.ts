import {
  addFunnelFields,
  FUNNEL_ALL,
  type FunnelCounts,
  listFunnelFields,
  readCount,
} from "@shortlist/contracts";
import type { FunnelBatch } from "@shortlist/platform";
import { expect, test } from "vitest";
import type { Slate } from "../funnel/types";
import { countSlate } from "./countSlate";
import { createFunnelCounter } from "./funnelCounter";

type Counted = Pick<Slate, "record" | "counts">;
const createSlate = (o: Partial<Slate["record"]> = {}): Counted => ({
  record: {
    surface: "cart",
    rung: 1,
    stages: [{ name: "rank", ms: 1.5, in: 40, out: 30 }],
    sources: [
      { name: "content", status: "ok", retrieved: 30, ms: 0.25, reason: null },
      { name: "trending", status: "late", retrieved: 0, ms: 5, reason: null },
    ],
    degradationReasons: [],
    dropped: { out_of_stock: 3, gate_purchased: 2 },
    items: [
      {
        itemId: "a",
        sources: [
          { name: "content", rank: 7, score: 1 },
          { name: "popular", rank: 2, score: 1 },
        ],
      },
      { itemId: "b", sources: [{ name: "content", rank: 1, score: 1 }] },
    ],
    ...o,
  } as unknown as Slate["record"],
  counts: { nonFiniteScores: 0, gateRemoved: { purchased: 2 }, gateViolations: 0 },
});
const toHash = (counts: FunnelCounts) => {
  const fields = listFunnelFields(counts);
  return Object.fromEntries(
    fields.flatMap((field, i) => (i % 2 === 0 ? [[String(field), fields[i + 1]]] : [])),
  );
};

test("a slate is counted by surface, rung, latency, stage, source, drop and removal at the gate", () => {
  const counts: FunnelCounts = new Map();
  countSlate(counts, createSlate(), 7);
  expect(toHash(counts)).toEqual({
    "cart|all|-|requests": 1,
    "cart|all|-|items": 2,
    "cart|rung|1|requests": 1,
    "cart|latency|7|requests": 1,
    "cart|stage|rank|runs": 1,
    "cart|stage|rank|us": 1500,
    "cart|stage|rank|in": 40,
    "cart|stage|rank|out": 30,
    "cart|source|content|ok": 1,
    "cart|source|content|candidates": 30,
    "cart|source|content|us": 250,
    "cart|source|content|served": 2,
    "cart|source|content|servedLeading": 1,
    "cart|source|trending|late": 1,
    "cart|source|trending|us": 5000,
    "cart|source|popular|served": 1,
    "cart|source|popular|servedLeading": 1,
    "cart|drop|out_of_stock|items": 3,
    "cart|gate|purchased|items": 2,
  });
});

test("a repeated answer counts as a request that shows items, and runs no source a second time", () => {
  const counts: FunnelCounts = new Map();
  countSlate(counts, createSlate({ stages: [{ name: "identical_request", ms: 0.1, in: 0, out: 2 }] }), 0.1);
  const hash = toHash(counts);
  expect(hash).toMatchObject({ "cart|all|-|cached": 1, "cart|source|content|served": 2 });
  expect(hash["cart|source|content|ok"]).toBeUndefined();
  expect(hash["cart|drop|out_of_stock|items"]).toBeUndefined();
});

test("while a rollout is under way an answer counts for its arm too, with what was wrong with it and without its stages", () => {
  const counts: FunnelCounts = new Map();
  const rollout = { rolloutId: "r7", arm: "candidate" } as const;
  const slate = createSlate({ rollout, items: [], degradationReasons: ["candidate_failed"] });
  countSlate(counts, { ...slate, counts: { nonFiniteScores: 4, gateRemoved: {}, gateViolations: 2 } }, 7);
  const hash = toHash(counts);
  for (const key of ["cart", "rollout:r7:candidate"])
    expect(hash).toMatchObject({
      [`${key}|all|-|requests`]: 1,
      [`${key}|health|-|empty`]: 1,
      [`${key}|health|-|failed`]: 1,
      [`${key}|health|-|gateViolations`]: 2,
      [`${key}|health|-|nonFinite`]: 4,
    });
  const working = Object.keys(hash).filter((field) => /\|(stage|source|drop|gate)\|/.test(field));
  expect(working.length).toBeGreaterThan(0);
  expect(working.filter((field) => field.startsWith("rollout:"))).toEqual([]);
});

/** Redis with its marks: what it holds, and replies that get lost. */
function createTarget() {
  const minutes = new Map<number, FunnelCounts>();
  const marks = new Set<string>();
  const target = {
    isUp: true,
    losesReplies: false,
    lost: 0,
    async write(batch: FunnelBatch) {
      if (!marks.has(batch.mark)) {
        const held = minutes.get(batch.minute) ?? new Map();
        addFunnelFields(held, toHash(batch.counts) as unknown as Record<string, string>);
        minutes.set(batch.minute, held);
      }
      marks.add(batch.mark);
      if (target.losesReplies) throw new Error("connection lost");
    },
    requestsOf: (minute: number) =>
      readCount(minutes.get(minute)?.get("cart"), "all", { name: FUNNEL_ALL, measure: "requests" }),
  };
  return target;
}

function createCounter(target: ReturnType<typeof createTarget>) {
  const clock = { ms: 0 };
  const counter = createFunnelCounter({
    write: target.write,
    isUp: () => target.isUp,
    wallClock: () => clock.ms,
    id: "process-1",
    onLost: (requests) => {
      target.lost += requests;
    },
  });
  return { counter, clock };
}

test("a reply that is lost neither loses nor doubles what was counted", async () => {
  const target = createTarget();
  const { counter } = createCounter(target);
  counter.observe("shop", createSlate(), 1);
  target.losesReplies = true;
  await counter.flush();
  counter.observe("shop", createSlate(), 1);
  await counter.flush();
  target.losesReplies = false;
  await counter.close();
  expect(target.requestsOf(0)).toBe(2);
  expect(target.lost).toBe(0);
});

test("with Redis away minutes are kept apart and written when it is back; older than half an hour are counted as lost", async () => {
  const target = createTarget();
  const { counter, clock } = createCounter(target);
  target.isUp = false;
  for (let minute = 0; minute < 40; minute++) {
    clock.ms = minute * 60_000;
    counter.observe("shop", createSlate(), 1);
    await counter.flush();
  }
  expect(target.lost).toBe(9);
  target.isUp = true;
  await counter.close();
  expect([8, 9, 20, 39].map(target.requestsOf)).toEqual([0, 1, 1, 1]);
  expect(target.lost).toBe(9);
});
