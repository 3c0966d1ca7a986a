import { describe, expect, it } from "vitest";
import type { MlInputError } from "../errors";
import { compactFeatureState, foldEvent } from "./fold";
import { compileFeaturePlan } from "./plan";
import { readFeatures, readMerged } from "./read";
import type { AggregationSpec, FeatureEvent, FeatureViewSpec } from "./spec";
import { createFeatureState, parseFeatureState, readPartials, serializeFeatureState } from "./state";
import { addTo, type DoubleDouble } from "./sums";
import { getTileMs, getWindowBounds } from "./tiles";

const NOON = Date.UTC(2026, 2, 1, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const viewOf = (features: readonly AggregationSpec[], o: Partial<FeatureViewSpec> = {}): FeatureViewSpec => ({
  name: "activity",
  version: 1,
  entity: "shopper",
  source: { types: ["view", "click"] },
  fields: {},
  features,
  ttl: null,
  allowedLateness: "1h",
  ...o,
});
const eventOf = (eventId: string, o: Partial<FeatureEvent> = {}): FeatureEvent => ({
  eventId,
  type: "view",
  itemId: "sku",
  shopper: "s",
  sessionId: null,
  requestId: null,
  position: null,
  surface: null,
  occurredAtMs: NOON,
  receivedAtMs: o.occurredAtMs ?? NOON,
  value: null,
  currency: null,
  quantity: null,
  context: {},
  ...o,
});
const codeOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as MlInputError).code;
  }
  return "none";
};

function readAfter(view: FeatureViewSpec, events: readonly FeatureEvent[], atMs: number) {
  const plan = compileFeaturePlan(view);
  const state = createFeatureState(plan);
  const outcomes = events.map((event) => foldEvent(plan, state, event));
  return { outcomes, state, plan, ...readFeatures(plan, state, atMs) };
}

describe("windows", () => {
  it("have 5-minute tiles below 12 hours, hourly ones below 12 days, then daily ones", () => {
    expect([11 * HOUR_MS, 12 * HOUR_MS, 12 * DAY_MS - 1, 12 * DAY_MS, null].map(getTileMs)).toEqual([
      5 * MINUTE_MS,
      HOUR_MS,
      HOUR_MS,
      DAY_MS,
      DAY_MS,
    ]);
  });

  it("start on a tile boundary also before 1970", () => {
    expect(getWindowBounds(HOUR_MS, MINUTE_MS).startMs).toBe(-60 * MINUTE_MS);
    expect(codeOf(() => getWindowBounds(0, NOON))).toBe("invalid_option");
  });
});

describe("foldEvent", () => {
  const count = viewOf([{ name: "n", op: "count", windows: ["1h"] }]);

  it("counts an event id once, refuses what is too late, and says which it was", () => {
    const late = eventOf("b", { occurredAtMs: NOON, receivedAtMs: NOON + HOUR_MS + 1 });
    const other = eventOf("c", { type: "purchase" });
    const read = readAfter(count, [eventOf("a"), eventOf("a"), late, other], NOON + 1);
    expect(read.outcomes).toEqual(["folded", "duplicate", "late", "not_of_view"]);
    expect(read.values).toEqual({ n_1h: 1 });
    expect([read.state.duplicates, read.state.late]).toEqual([1, 1]);
  });

  it("refuses an event whose id it may have forgotten, since it could be a copy", () => {
    const view = viewOf([{ name: "n", op: "count", windows: ["7d"] }]);
    const first = eventOf("a");
    const muchLater = eventOf("b", { occurredAtMs: NOON + 5 * HOUR_MS });
    const read = readAfter(view, [first, muchLater, first], NOON + 6 * HOUR_MS);
    expect(read.outcomes).toEqual(["folded", "folded", "late"]);
    expect(read.state.seen.size).toBe(1);
    expect(read.values).toEqual({ n_7d: 2 });
  });

  it("puts an event no later than it was received: a client's fast clock is not believed", () => {
    const ahead = eventOf("a", { occurredAtMs: NOON + DAY_MS, receivedAtMs: NOON });
    expect(readAfter(count, [ahead], NOON + 1).values).toEqual({ n_1h: 1 });
    expect(readAfter(count, [ahead], NOON).values).toEqual({ n_1h: 0 });
  });

  it("holds no more tiles than its windows need", () => {
    const events = Array.from({ length: 3000 }, (_, i) =>
      eventOf(`e${i}`, { occurredAtMs: NOON + i * 10 * MINUTE_MS }),
    );
    const view = viewOf([{ name: "n", op: "count", windows: ["1h", "1d", "30d", null] }]);
    const read = readAfter(view, events, events.at(-1)!.occurredAtMs + 1);
    expect(read.values).toEqual({ n_1h: 7, n_1d: 150, n_30d: 3000, n_ever: 3000 });
    expect(read.state.levels.map((tiles) => tiles.length <= 32)).toEqual([true, true, true, true]);
    expect(read.state.head.length).toBeLessThan(3);
    expect(read.state.seen.size).toBeLessThan(20);
  });
});

describe("what no read can reach", () => {
  const view = viewOf([
    { name: "recent", op: "last_n", field: "itemId", n: 3, windows: ["1d", "7d"] },
    {
      name: "bought",
      op: "last",
      field: "itemId",
      where: { field: "type", op: "eq", value: "click" },
      windows: ["7d"],
    },
  ]);
  const events = Array.from({ length: 200 }, (_, i) =>
    eventOf(`e${i}`, {
      occurredAtMs: NOON + i * 20 * MINUTE_MS,
      itemId: `sku-${i}`,
      type: i % 50 === 7 ? "click" : "view",
    }),
  );
  const atMs = events.at(-1)!.occurredAtMs + 1;
  const countHeld = (state: ReturnType<typeof readAfter>["state"]) =>
    state.levels.flat().reduce((n, tile) => n + (readPartials(tile)[0]?.length ?? 0), 0);

  it("is left out: tiles hold little more than the newest n together, whether the state stays in memory or passes through text", () => {
    const plan = compileFeaturePlan(view);
    let throughText = createFeatureState(plan);
    for (const event of events) {
      foldEvent(plan, throughText, event);
      throughText = parseFeatureState(plan, serializeFeatureState(throughText));
    }
    const { state, values } = readAfter(view, events, atMs);
    expect(values).toEqual({
      recent_1d: ["sku-199", "sku-198", "sku-197"],
      recent_7d: ["sku-199", "sku-198", "sku-197"],
      bought_7d: "sku-157",
    });
    expect(readFeatures(plan, throughText, atMs).values).toEqual(values);
    // The newest three, and at most the eight events that may come before tiles are looked through again.
    for (const each of [state, throughText]) expect(countHeld(each)).toBeLessThanOrEqual(11);
  });

  it("is left out of a state that was not folded, without a change of any reading", () => {
    const { state, plan } = readAfter(view, events.slice(0, 1), NOON + 1);
    const tiled = createFeatureState(plan);
    tiled.sealedMs = atMs;
    for (const event of events) foldEvent(plan, tiled, event);
    const before = readFeatures(plan, tiled, atMs);
    const sizeBefore = serializeFeatureState(tiled).length;
    compactFeatureState(plan, tiled);
    expect(readFeatures(plan, tiled, atMs)).toEqual(before);
    expect(serializeFeatureState(tiled).length).toBeLessThanOrEqual(sizeBefore);
    expect(countHeld(tiled)).toBe(3);
    compactFeatureState(plan, state);
    expect(readFeatures(plan, state, NOON + 1).values.recent_7d).toEqual(["sku-0"]);
  });
});

describe("last and lastN", () => {
  const view = viewOf([
    { name: "last", op: "last", field: "itemId", windows: [null] },
    { name: "recent", op: "last_n", field: "itemId", n: 2, windows: [null] },
  ]);

  it.each([
    [
      "event time",
      { occurredAtMs: NOON + 1, receivedAtMs: NOON + 2 },
      { occurredAtMs: NOON, receivedAtMs: NOON + 9 },
    ],
    ["then created time", { receivedAtMs: NOON + 2 }, { receivedAtMs: NOON + 1 }],
    ["then event id", { eventId: "z" }, { eventId: "y" }],
  ])("order by %s, whichever comes first", (_, newer, older) => {
    const a = eventOf("a", { itemId: "new", ...newer });
    const b = eventOf("b", { itemId: "old", ...older });
    for (const events of [
      [a, b],
      [b, a],
    ])
      for (const atMs of [NOON + 100, NOON + DAY_MS]) {
        // A later event of another kind of field moves the head on, so that tiles answer too.
        const moved =
          atMs > NOON + HOUR_MS ? [eventOf("m", { itemId: null, occurredAtMs: NOON + 2 * HOUR_MS })] : [];
        expect(readAfter(view, [...events, ...moved], atMs).values).toEqual({
          last_ever: "new",
          recent_ever: ["new", "old"],
        });
      }
  });
});

describe("defaults", () => {
  it("are served without contributing events: 0 for amounts, the prior for a ratio, null, or what is declared", () => {
    const view = viewOf([
      { name: "n", op: "count", windows: ["1h"] },
      { name: "spend", op: "sum", field: "value", windows: ["1h"] },
      { name: "price", op: "mean", field: "value", windows: ["1h"] },
      { name: "min", op: "min", field: "value", windows: ["1h"], default: -1 },
      { name: "recent", op: "last_n", field: "itemId", n: 3, windows: ["1h"] },
      {
        name: "rate",
        op: "ratio",
        numerator: {},
        denominator: {},
        prior: { rate: 0.2, weight: 5 },
        windows: ["1h"],
      },
      {
        name: "bare",
        op: "ratio",
        numerator: {},
        denominator: {},
        prior: { rate: 0.2, weight: 0 },
        windows: ["1h"],
      },
      { name: "since", op: "time_since", windows: ["1h"] },
    ]);
    const plan = compileFeaturePlan(view);
    const empty = {
      n_1h: 0,
      spend_1h: 0,
      price_1h: null,
      min_1h: -1,
      recent_1h: [],
      rate_1h: 0.2,
      bare_1h: null,
      since_1h: null,
    };
    expect(readFeatures(plan, null, NOON)).toEqual({ status: "none", values: empty });
    expect(readAfter(view, [eventOf("a")], NOON + 2 * HOUR_MS).values).toEqual(empty);
  });

  it("are served for an expired row; an age equal to the ttl is not expired", () => {
    const view = viewOf([{ name: "n", op: "count", windows: [null] }], { ttl: "1h" });
    const at = (atMs: number) => {
      const { status, values } = readAfter(view, [eventOf("a")], atMs);
      return [status, values.n_ever];
    };
    expect([at(NOON + HOUR_MS), at(NOON + HOUR_MS + 1)]).toEqual([
      ["present", 1],
      ["expired", 0],
    ]);
  });
});

describe("sums", () => {
  it("do not depend on order even where doubles cancel", () => {
    const values = [1e12, 0.1, -1e12, 0.2, 3e-9];
    const view = viewOf([{ name: "sum", op: "sum", field: "value", windows: ["1d"] }]);
    const events = values.map((value, i) => eventOf(`e${i}`, { value, occurredAtMs: NOON + i * HOUR_MS }));
    const folded = readAfter(view, events, NOON + 6 * HOUR_MS).values.sum_1d as number;
    expect(Math.abs(folded - 0.300000003)).toBeLessThan(1e-16);
    const sum: DoubleDouble = [0, 0];
    for (const value of values.toReversed()) addTo(sum, value);
    expect(sum[0] + sum[1]).toBe(folded);
  });

  it("read a number beyond 1e12 as missing and one below 1e-9 as 0", () => {
    const view = viewOf([{ name: "mean", op: "mean", field: "value", windows: ["1d"] }]);
    const events = [2e12, 1e-10, 4].map((value, i) => eventOf(`e${i}`, { value }));
    expect(readAfter(view, events, NOON + 1).values).toEqual({ mean_1d: 2 });
  });
});

describe("state", () => {
  it("survives being written and parsed, and refuses another view or version", () => {
    const view = viewOf([{ name: "n", op: "count", windows: ["1h", null] }]);
    const events = [0, 1, 2, 3].map((i) => eventOf(`e${i}`, { occurredAtMs: NOON + i * 20 * MINUTE_MS }));
    const { state, plan } = readAfter(view, events, NOON + 2 * HOUR_MS);
    const text = serializeFeatureState(state);
    expect(serializeFeatureState(parseFeatureState(plan, text))).toBe(text);
    const other = compileFeaturePlan({ ...view, version: 2 });
    expect(codeOf(() => parseFeatureState(other, text))).toBe("state_mismatch");
    expect(codeOf(() => foldEvent(other, state, eventOf("x")))).toBe("state_mismatch");
    expect(codeOf(() => readFeatures(plan, state, state.sealedMs - 1))).toBe("read_too_early");
  });

  it("of a batch has to end on a tile boundary", () => {
    const plan = compileFeaturePlan(viewOf([{ name: "n", op: "count", windows: ["1d"] }]));
    const batch = { ...createFeatureState(plan), sealedMs: NOON + 1 };
    expect(codeOf(() => readMerged(plan, { batch, stream: null }, NOON + 2))).toBe("invalid_option");
  });
});

describe("batch and stream", () => {
  const view = viewOf([{ name: "n", op: "count", windows: ["7d", null] }], { allowedLateness: "10d" });
  const plan = compileFeaturePlan(view);
  const MIDNIGHT = NOON + 12 * HOUR_MS;
  const foldAll = (events: readonly FeatureEvent[]) => {
    const state = createFeatureState(plan);
    for (const event of events) foldEvent(plan, state, event);
    return state;
  };
  /** As a backfill makes it: everything before its end in tiles and sums of all time. */
  const batchOf = (events: readonly FeatureEvent[], batchEndMs: number) => {
    const state = foldAll([
      ...events.filter((event) => event.occurredAtMs < batchEndMs),
      eventOf("mover", { occurredAtMs: batchEndMs + 10 * MINUTE_MS, type: "click" }),
    ]);
    return { ...state, head: [], sealedMs: batchEndMs };
  };
  const events = [0, 1, 2, 3].map((day) =>
    eventOf(`d${day}`, { occurredAtMs: MIDNIGHT - 2 * DAY_MS + day * DAY_MS }),
  );
  const readAt = MIDNIGHT + 30 * HOUR_MS;

  it("count every event once, those at the very end of the batch too", () => {
    const sides = { batch: batchOf(events, MIDNIGHT), stream: foldAll(events) };
    expect(readMerged(plan, sides, readAt).values).toEqual({ n_7d: 4, n_ever: 4 });
  });

  it("serve whatever is left when either is missing, and defaults without both", () => {
    const sides = { batch: batchOf(events, MIDNIGHT), stream: foldAll(events) };
    expect(readMerged(plan, { ...sides, batch: null }, readAt).values.n_7d).toBe(4);
    expect(readMerged(plan, { ...sides, stream: null }, readAt).values.n_7d).toBe(2);
    expect(readMerged(plan, { batch: null, stream: null }, readAt)).toEqual({
      status: "none",
      values: { n_7d: 0, n_ever: 0 },
    });
  });

  it("leave all time to the stream when the batch is too old to be joined", () => {
    const later = [...events, eventOf("later", { occurredAtMs: MIDNIGHT + 20 * DAY_MS })];
    const sides = { batch: batchOf(events.slice(1), MIDNIGHT), stream: foldAll(later) };
    const atMs = MIDNIGHT + 20 * DAY_MS + HOUR_MS;
    expect(readMerged(plan, sides, atMs).values).toEqual({ n_7d: 1, n_ever: 5 });
  });

  it("add an event that is days late to the sum of all time", () => {
    const now = MIDNIGHT + 8 * DAY_MS;
    const stream = foldAll([eventOf("a", { occurredAtMs: now }), eventOf("b", { receivedAtMs: now + 1 })]);
    expect(readMerged(plan, { batch: null, stream }, now + HOUR_MS).values).toEqual({ n_7d: 1, n_ever: 2 });
  });
});

describe("compileFeaturePlan", () => {
  it("refuses fields and durations it does not know", () => {
    const sum = (field: string, window: string) =>
      codeOf(() => compileFeaturePlan(viewOf([{ name: "x", op: "sum", field, windows: [window] }])));
    expect([sum("context.price", "1h"), sum("value", "1 hour"), sum("value", "1h")]).toEqual([
      "unknown_field",
      "invalid_option",
      "none",
    ]);
  });
});
