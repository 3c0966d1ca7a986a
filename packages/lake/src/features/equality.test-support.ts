import { FeatureView, type StoredInteraction } from "@shortlist/contracts";
import fc from "fast-check";

// Random feature views, event sequences and reads for the equality test.

export interface Read {
  readonly atMs: number;
  readonly shopper: string;
  readonly itemId: string;
  readonly sessionId: string;
}

export interface EqualityCase {
  readonly view: FeatureView;
  /** In the order the log delivers them: copies, late and reordered events among them. */
  readonly deliveries: readonly StoredInteraction[];
  readonly reads: readonly Read[];
  readonly lagMs: number;
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 1, 27, 23, 30);
const LATENESS_MS = 3_600_000;

const shopper = fc.constantFrom("AAAAAAAAAAAAAAAAAAAAAA", "BBBBBBBBBBBBBBBBBBBBBB");
const itemId = fc.constantFrom("sku-1", "sku-2");
const sessionId = fc.constantFrom("s1", "s2");
const types = ["view", "click", "purchase"] as const;

const comparison = fc.oneof(
  fc.record({
    field: fc.constant("type"),
    op: fc.constantFrom("eq", "ne"),
    value: fc.constantFrom(...types),
  }),
  fc.record({
    field: fc.constantFrom("value", "quantity", "context.depth"),
    op: fc.constantFrom("gt", "gte", "lt", "lte", "eq", "ne"),
    value: fc.constantFrom(0, 1, 2.5, -3),
  }),
  fc.record({
    field: fc.constant("context.color"),
    op: fc.constant("in"),
    value: fc.constant(["red", "it's"]),
  }),
  fc.record({ field: fc.constantFrom("value", "surface", "context.color"), op: fc.constant("exists") }),
);
const filter = fc.oneof(
  { weight: 4, arbitrary: comparison },
  { weight: 1, arbitrary: fc.record({ not: comparison }) },
  { weight: 1, arbitrary: fc.record({ any: fc.array(comparison, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ all: fc.array(comparison, { minLength: 1, maxLength: 2 }) }) },
);
/** A filter leaves little to compare; two in three features have none. */
const mostlyAbsent = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const numberField = fc.constantFrom("value", "quantity", "context.depth");
const anyField = fc.constantFrom("value", "itemId", "context.color", "context.depth", "type");
const part = fc.oneof(fc.record({ where: comparison }), fc.record({ field: numberField }), fc.constant({}));

const aggregation = fc.oneof(
  fc.record({ op: fc.constant("count") }),
  fc.record({ op: fc.constantFrom("sum", "mean", "min", "max"), field: numberField }),
  fc.record({ op: fc.constant("distinct"), field: anyField, bound: fc.constantFrom(1, 2, 200) }),
  fc.record({ op: fc.constant("last"), field: anyField }),
  fc.record({ op: fc.constant("last_n"), field: anyField, n: fc.constantFrom(1, 3) }),
  fc.record({ op: fc.constant("time_since") }),
  fc.record({ op: fc.constant("decayed_count"), halfLife: fc.constantFrom("7m", "6h", "1d") }),
  fc.record({
    op: fc.constant("ratio"),
    numerator: part,
    denominator: part,
    prior: fc.constantFrom({ rate: 0, weight: 0 }, { rate: 0.1, weight: 20 }),
  }),
);
const window = fc.constantFrom("5m", "7m", "1h", "11h", "12h", "1d", "7d", "12d", "30d", null);
const feature = fc
  .tuple(aggregation, fc.uniqueArray(window, { minLength: 1, maxLength: 3 }), mostlyAbsent(filter))
  .map(([spec, windows, where]) => ({ ...spec, windows, ...(where === undefined ? {} : { where }) }));

const view = fc
  .record({
    entity: fc.constantFrom("shopper", "item", "shopper_item", "session"),
    features: fc.array(feature, { minLength: 1, maxLength: 5 }),
    ttl: fc.constantFrom(null, null, "10m", "6h", "3d"),
    where: mostlyAbsent(filter),
    nTypes: fc.constantFrom(1, 2, 3, 3, 3),
  })
  .map(({ entity, features, ttl, where, nTypes }) =>
    FeatureView.parse({
      name: "random_view",
      version: 1,
      owner: "tests",
      entity,
      source: { types: types.slice(0, nTypes), ...(where === undefined ? {} : { where }) },
      fields: {
        "context.color": { type: "text", pii: "none" },
        "context.depth": { type: "number", pii: "none" },
      },
      features: features.map((each, i) => ({ ...each, name: `f${i}x` })),
      ttl,
      mode: "both",
      allowedLateness: "1h",
      freshnessObjectiveSeconds: 10,
    }),
  );

const amount = fc.oneof(
  fc.constant(null),
  fc.constantFrom(0, 1, 1, 2.5, 0.1, -3, 1e13),
  fc.double({ min: -1e4, max: 1e4, noNaN: true }),
);
/** Gaps that put events on tile edges, into the same millisecond, close together and days apart. */
const gapMs = fc.oneof(
  fc.constantFrom(0, 0, 1, 5 * MINUTE_MS, 60 * MINUTE_MS, DAY_MS),
  fc.integer({ min: 1, max: MINUTE_MS }),
  fc.integer({ min: 1, max: 10 * MINUTE_MS }),
  fc.integer({ min: 1, max: 12 * 3_600_000 }),
);
const event = fc.record({
  type: fc.constantFrom(...types),
  shopper,
  itemId: fc.option(itemId, { nil: null, freq: 6 }),
  sessionId: fc.option(sessionId, { nil: null, freq: 6 }),
  surface: fc.constantFrom("home_feed", null),
  value: amount,
  quantity: amount,
  context: fc.record(
    { color: fc.constantFrom("red", "it's", 7, null), depth: fc.constantFrom(1, 2.5, "deep", null, -3) },
    { requiredKeys: [] },
  ),
  gapMs,
  /** Received this long after it occurred; negative: the client's clock is ahead; over an hour: too late. */
  delayMs: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(0, 0, 0, 0, 1, LATENESS_MS, LATENESS_MS + 1, -5 * MINUTE_MS) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: MINUTE_MS }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: (5 * LATENESS_MS) / 4 }) },
  ),
  /** The log delivers it as if it came this much later. */
  displacedMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 50 * MINUTE_MS })),
  /** Copies come this long after the first. */
  copiesAfterMs: fc.oneof(
    { weight: 3, arbitrary: fc.constant([] as number[]) },
    { weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 50 * MINUTE_MS }), { maxLength: 2 }) },
  ),
  /** Released from quarantine this long after it was received; not longer, or the fold may have forgotten its id. */
  correctedAfterMs: fc.oneof(
    { weight: 5, arbitrary: fc.constant(null) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 10 * MINUTE_MS }) },
  ),
});

/** When an event is known: received, or released from quarantine. */
export function getCreatedMs(event: StoredInteraction): number {
  return event.correctedAtMs ?? event.receivedAtMs;
}

function toDeliveries(events: readonly (typeof event extends fc.Arbitrary<infer E> ? E : never)[]) {
  let occurredAtMs = START_MS;
  const delivered: { event: StoredInteraction; orderMs: number }[] = [];
  events.forEach(({ gapMs: gap, delayMs, displacedMs, copiesAfterMs, correctedAfterMs, ...rest }, i) => {
    occurredAtMs += gap;
    const receivedAtMs = occurredAtMs + delayMs;
    const first: StoredInteraction = {
      ...rest,
      eventId: `0192f0c1-0000-7000-8000-${String((i * 7919) % 1000).padStart(12, "0")}`,
      anonymousShopper: null,
      requestId: null,
      position: null,
      currency: null,
      occurredAtMs,
      receivedAtMs,
      ...(correctedAfterMs === null ? {} : { correctedAtMs: receivedAtMs + correctedAfterMs }),
    };
    const orderMs = getCreatedMs(first) + displacedMs;
    delivered.push({ event: first, orderMs });
    for (const afterMs of copiesAfterMs) {
      // A client's retry, received anew, or a second release. It stands in the log after the first copy.
      const copy =
        correctedAfterMs === null
          ? { ...first, receivedAtMs: receivedAtMs + afterMs }
          : { ...first, correctedAtMs: getCreatedMs(first) + afterMs };
      delivered.push({ event: copy, orderMs: orderMs + afterMs });
    }
  });
  return delivered.sort((a, b) => a.orderMs - b.orderMs).map(({ event: each }) => each);
}

const read = fc.record({
  /** Beside which delivery to read its row, and how far from it. */
  near: fc.nat({ max: 1000 }),
  from: fc.constantFrom("occurred", "received"),
  offsetMs: fc.oneof(
    fc.constantFrom(0, 0, 0, 1, -1),
    // Ages that meet windows and ttls exactly, and the next millisecond.
    fc
      .tuple(fc.constantFrom(5, 7, 10, 60, 360, 720, 1440, 4320, 10_080), fc.constantFrom(0, 1))
      .map(([minutes, more]) => minutes * MINUTE_MS + more),
    fc.integer({ min: 0, max: 20 * MINUTE_MS }),
    fc.integer({ min: -3 * 3_600_000, max: 2 * DAY_MS }),
    fc.integer({ min: 0, max: 14 * DAY_MS }),
  ),
});

export const arbitraryCase: fc.Arbitrary<EqualityCase> = fc
  .record({
    view,
    events: fc.array(event, { minLength: 1, maxLength: 80, size: "max" }),
    reads: fc.array(read, { minLength: 4, maxLength: 12, size: "max" }),
    lagMs: fc.constantFrom(0, 0, 0, 1500),
  })
  .map(({ view: made, events, reads, lagMs }) => {
    const deliveries = toDeliveries(events);
    return {
      view: made,
      deliveries,
      lagMs,
      reads: reads.map(({ near, from, offsetMs }) => {
        const delivery = deliveries[near % deliveries.length]!;
        return {
          shopper: delivery.shopper,
          itemId: delivery.itemId ?? "sku-1",
          sessionId: delivery.sessionId ?? "s1",
          atMs: (from === "received" ? getCreatedMs(delivery) : delivery.occurredAtMs) + offsetMs,
        };
      }),
    };
  });
