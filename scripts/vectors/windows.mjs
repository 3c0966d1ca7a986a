// window_cases and lambda_cases: the fold, the SQL and their merge at read.
import { compileFeatureSql, computeBatchStates } from "../../packages/lake/src/index.ts";
import {
  compileFeaturePlan,
  createFeatureState,
  foldEvent,
  getTileMs,
  getWindowBounds,
  readFeatures,
  readMerged,
} from "../../packages/ml/src/index.ts";
import { findDifferences, parseTimeMs } from "./compare.mjs";

const OPS = { count: "count", sum: "sum", avg: "mean", min: "min", max: "max" };

export async function checkWindow(given, { lake }) {
  const windowMs = given.window_seconds * 1000;
  const atMs = parseTimeMs(given.query_ts);
  const view = createView(given.window_seconds);
  const events = given.events.map((event, i) => createEvent(event.value, { i, atMs: parseTimeMs(event.ts) }));
  const problems = findDifferences(
    { hop_seconds: getTileMs(windowMs) / 1000 },
    { hop_seconds: given.hop_seconds },
  );
  for (const kind of ["sawtooth", "sliding", "hopping"]) {
    const { start, end_exclusive: end, ...want } = given[kind];
    const bounds = getWindowBounds(windowMs, atMs, kind);
    const wanted = { startMs: parseTimeMs(start), endMs: parseTimeMs(end) };
    problems.push(...findDifferences(bounds, wanted, `${kind} `));
    // Features use the sawtooth; the others are bounds only, so their events are summed as a window of their own.
    const inside = events.filter(
      (event) => event.occurredAtMs >= bounds.startMs && event.occurredAtMs < bounds.endMs,
    );
    const used = kind === "sawtooth" ? events : inside;
    const known = used.filter((event) => event.receivedAtMs <= atMs);
    problems.push(...findDifferences(readFold(view, known, atMs), want, `${kind}, fold `));
    problems.push(
      ...findDifferences(await readSql(lake, { view, events: used, atMs }), want, `${kind}, sql `),
    );
  }
  return problems;
}

export async function checkLambda(given, { lake }) {
  const atMs = parseTimeMs(given.query_ts);
  const view = createView(given.window_seconds);
  const plan = compileFeaturePlan(view);
  const events = given.events.map((event, i) => {
    const occurredAtMs = parseTimeMs(event.ts);
    return createEvent(event.value, { i, atMs: occurredAtMs, receivedAtMs: parseTimeMs(event.arrived) });
  });
  const batches = await computeBatchStates(lake, view, {
    events: await storeEvents(lake, events),
    batchEndMs: parseTimeMs(given.batch_end),
    knownByMs: parseTimeMs(given.batch_ran_at),
  });
  const stream = createFeatureState(plan);
  // The rule of these cases takes the stream as complete up to the query.
  for (const event of events)
    if (event.occurredAtMs < atMs)
      foldEvent(plan, stream, { ...event, receivedAtMs: Math.min(event.receivedAtMs, atMs) });
  const batch = [...batches.values()][0] ?? null;
  const online = nameValues(readMerged(plan, { batch, stream }, atMs).values).sum;
  const onTime = events.map((event) => ({ ...event, receivedAtMs: event.occurredAtMs }));
  const { sum: backfill } = await readSql(lake, { view, events: onTime, atMs });
  const got = { online_chronon_rule: online, backfill_all_events: backfill, skew: online - backfill };
  return findDifferences(got, given.expected);
}

function createView(windowSeconds) {
  const unit = [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ].find(([, seconds]) => windowSeconds % seconds === 0);
  const windows = [`${windowSeconds / unit[1]}${unit[0]}`];
  return {
    name: "vector",
    version: 1,
    entity: "shopper",
    source: { types: ["view"] },
    fields: {},
    features: Object.entries(OPS).map(([name, op]) => ({
      name,
      op,
      windows,
      ...(op === "count" ? {} : { field: "value" }),
    })),
    ttl: null,
    allowedLateness: "1000d",
  };
}

const createEvent = (value, { i, atMs, receivedAtMs = atMs }) => ({
  eventId: `event-${i}`,
  type: "view",
  itemId: "item",
  shopper: "AAAAAAAAAAAAAAAAAAAAAA",
  anonymousShopper: null,
  sessionId: null,
  requestId: null,
  position: null,
  surface: null,
  occurredAtMs: atMs,
  receivedAtMs,
  value,
  currency: null,
  quantity: null,
  context: {},
});

/** `sum_1h` → `sum`. */
const nameValues = (values) =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name.replace(/_.*/, ""), value]));

function readFold(view, events, atMs) {
  const plan = compileFeaturePlan(view);
  const state = createFeatureState(plan);
  for (const event of events) foldEvent(plan, state, event);
  return nameValues(readFeatures(plan, state, atMs).values);
}

let nextWorkspace = 0;
async function storeEvents(lake, events) {
  const workspace = `vectors-${nextWorkspace++}`;
  await lake.writeInteractions(workspace, "b", events);
  return lake.dedupedInteractions(workspace);
}

async function readSql(lake, { view, events, atMs }) {
  if (events.length === 0) return readFold(view, [], atMs);
  const entities = `(SELECT 'AAAAAAAAAAAAAAAAAAAAAA' AS shopper, ${atMs}::BIGINT AS at_ms)`;
  const sql = compileFeatureSql(view).pointInTime({
    events: await storeEvents(lake, events),
    entities,
    writeLagMs: 0,
  });
  const [row] = await lake.query(sql);
  return nameValues(row);
}
