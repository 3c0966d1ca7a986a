import { FeatureView } from "@shortlist/contracts";
import {
  compileFeaturePlan,
  createFeatureState,
  createRandom,
  type FeatureEvent,
  foldEvent,
  parseFeatureState,
  serializeFeatureState,
} from "@shortlist/ml";

/** What a shop keeps of each shopper: 10 features over 22 windows. */
const SHOPPER_VIEW = FeatureView.parse({
  name: "shopper_activity",
  version: 1,
  owner: "bench",
  entity: "shopper",
  source: { types: ["view", "click", "add_to_cart", "purchase"] },
  features: [
    { name: "events", op: "count", windows: ["1h", "1d", "7d", "30d"] },
    { name: "clicks", op: "count", where: isType("click"), windows: ["1h", "1d", "7d"] },
    { name: "purchases", op: "count", where: isType("purchase"), windows: ["7d", "30d", null] },
    { name: "spend", op: "sum", field: "value", where: isType("purchase"), windows: ["30d", null] },
    { name: "price", op: "mean", field: "value", windows: ["7d", "30d"] },
    { name: "price_max", op: "max", field: "value", windows: ["30d"] },
    { name: "items", op: "distinct", field: "itemId", windows: ["1d", "7d"] },
    { name: "recent", op: "last_n", field: "itemId", n: 10, windows: ["7d"] },
    { name: "since_purchase", op: "time_since", where: isType("purchase"), windows: [null] },
    { name: "heat", op: "decayed_count", halfLife: "1d", windows: [null] },
  ],
  ttl: "30d",
  mode: "both",
  freshnessObjectiveSeconds: 10,
});

function isType(value: string) {
  return { field: "type", op: "eq", value };
}

export interface FoldFigures {
  /** Per second of processor time, garbage collection included: independent of what else the machine does. */
  readonly eventsPerSecond: number;
  readonly stateBytesMean: number;
}

/**
 * Events of 2,000 shoppers over two days. `each event` parses and writes the state for every single event; `batches`
 * as a stream reader does it: it reads 500 events, and parses and writes each shopper's state once.
 */
export function benchFold(nEvents: number): Record<string, FoldFigures> {
  const events = makeEvents(nEvents);
  run(events.slice(0, Math.min(20_000, nEvents)), 500);
  return {
    "each event parsed and written": run(events, 1),
    "batches of 500": run(events, 500),
    "state kept in memory": run(events, Number.POSITIVE_INFINITY),
  };
}

function run(events: readonly FeatureEvent[], batchSize: number): FoldFigures {
  const plan = compileFeaturePlan(SHOPPER_VIEW);
  const store = new Map<string, string>();
  const startedAt = process.cpuUsage();
  const size = Math.min(batchSize, events.length);
  for (let from = 0; from < events.length; from += size) {
    const states = new Map<string, ReturnType<typeof createFeatureState>>();
    for (let e = from; e < Math.min(from + size, events.length); e++) {
      const event = events[e]!;
      let state = states.get(event.shopper);
      if (state === undefined) {
        const text = store.get(event.shopper);
        state = text === undefined ? createFeatureState(plan) : parseFeatureState(plan, text);
        states.set(event.shopper, state);
      }
      foldEvent(plan, state, event);
    }
    for (const [shopper, state] of states) store.set(shopper, serializeFeatureState(state));
  }
  const { user, system } = process.cpuUsage(startedAt);
  const seconds = (user + system) / 1e6;
  let bytes = 0;
  for (const text of store.values()) bytes += text.length;
  return { eventsPerSecond: events.length / seconds, stateBytesMean: bytes / store.size };
}

const TYPES = ["view", "view", "view", "click", "click", "add_to_cart", "purchase"] as const;

function makeEvents(n: number): FeatureEvent[] {
  const random = createRandom("fold bench");
  const startMs = Date.UTC(2026, 2, 1);
  const stepMs = (2 * 86_400_000) / n;
  return Array.from({ length: n }, (_, i) => {
    const occurredAtMs = Math.floor(startMs + i * stepMs);
    return {
      eventId: `0192f0c1-0000-7000-8000-${String(i).padStart(12, "0")}`,
      type: random.pick(TYPES),
      itemId: `sku-${random.int(5000)}`,
      shopper: `shopper-${random.int(2000)}`.padEnd(22, "_"),
      sessionId: null,
      requestId: null,
      position: null,
      surface: "home_feed",
      occurredAtMs,
      receivedAtMs: occurredAtMs + random.int(5000),
      value: random.int(10_000) / 100,
      currency: "EUR",
      quantity: 1,
      context: {},
    };
  });
}
