import { compilePointInTimeJoin } from "../features/pointInTimeJoin";
import type { Lake } from "../lake";

const DAY_MS = 86_400_000;
const SPAN_MS = 30 * DAY_MS;
const RUNS = 5;

/** Rows, keys, ttl of three stored views; ten features each. */
const VIEWS = [
  { name: "us", rows: 2_000_000, keys: 100_000, key: "shopper", ttl: 7 * DAY_MS },
  { name: "it", rows: 500_000, keys: 20_000, key: "item_id", ttl: 14 * DAY_MS },
  { name: "se", rows: 1_000_000, keys: 200_000, key: "session_id", ttl: DAY_MS },
] as const;
const FEATURES = Array.from({ length: 10 }, (_, i) => `f${i}`);

export interface JoinFigures {
  readonly runs: number;
  readonly handMs: number;
  readonly compiledMs: number;
  readonly ratio: number;
  readonly equal: boolean;
}

/**
 * The compiled join against one an engineer would write for the same tables in the same process: ASOF joins with the
 * ttl looked at afterwards. Runs alternate; medians are compared. Both decide ties on (key, time) by creation time,
 * which tables with repeated rows need.
 */
export async function benchJoin(lake: Pick<Lake, "query">, impressions: number): Promise<JoinFigures> {
  await lake.query("SELECT setseed(0.42)");
  const columns = VIEWS.map(({ key, keys }) => `floor(random() * ${keys})::BIGINT AS ${key}`);
  await lake.query(
    `CREATE OR REPLACE TABLE bench_entities AS
     SELECT i AS row_id, floor(random() * ${SPAN_MS})::BIGINT AS at_ms, ${columns.join(", ")} FROM range(${impressions}) t(i)`,
  );
  for (const view of VIEWS)
    await lake.query(
      `CREATE OR REPLACE TABLE bench_${view.name} AS
       SELECT *, event_ms + 1000 AS created_ms FROM (
         SELECT floor(random() * ${view.keys})::BIGINT AS ${view.key}, floor(random() * ${SPAN_MS})::BIGINT AS event_ms,
           ${FEATURES.map((f) => `random() AS ${f}`).join(", ")} FROM range(${view.rows}))`,
    );
  const compiled = compilePointInTimeJoin({
    entities: "bench_entities",
    timeColumn: "at_ms",
    views: VIEWS.map((view) => ({
      name: view.name,
      rows: `bench_${view.name}`,
      keys: [view.key],
      features: FEATURES,
      eventColumn: "event_ms",
      createdColumn: "created_ms",
      ttl: view.ttl,
      asKnown: false,
    })),
  });
  const times = { hand: [] as number[], compiled: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    times.hand.push(await measure(lake, "bench_hand", HAND_WRITTEN));
    times.compiled.push(await measure(lake, "bench_compiled", compiled));
  }
  const [difference] = await lake.query(
    "SELECT count(*)::INTEGER AS n FROM (SELECT * FROM bench_hand EXCEPT ALL SELECT * FROM bench_compiled)",
  );
  const [rows] = await lake.query("SELECT count(*)::INTEGER AS n FROM bench_compiled");
  const handMs = median(times.hand);
  const compiledMs = median(times.compiled);
  return {
    runs: RUNS,
    handMs,
    compiledMs,
    ratio: compiledMs / handMs,
    equal: difference!.n === 0 && rows!.n === impressions,
  };
}

const HAND_WRITTEN = `
WITH us AS (SELECT * FROM bench_us QUALIFY row_number() OVER (PARTITION BY shopper, event_ms ORDER BY created_ms DESC) = 1),
  it AS (SELECT * FROM bench_it QUALIFY row_number() OVER (PARTITION BY item_id, event_ms ORDER BY created_ms DESC) = 1),
  se AS (SELECT * FROM bench_se QUALIFY row_number() OVER (PARTITION BY session_id, event_ms ORDER BY created_ms DESC) = 1)
SELECT e.*, ${VIEWS.map(({ name, ttl }) =>
  FEATURES.map(
    (f) => `CASE WHEN ${name}.event_ms >= e.at_ms - ${ttl} THEN ${name}.${f} END AS ${name}__${f}`,
  ).join(", "),
).join(",\n  ")}
FROM bench_entities e
ASOF LEFT JOIN us ON e.shopper = us.shopper AND e.at_ms >= us.event_ms
ASOF LEFT JOIN it ON e.item_id = it.item_id AND e.at_ms >= it.event_ms
ASOF LEFT JOIN se ON e.session_id = se.session_id AND e.at_ms >= se.event_ms`;

async function measure(lake: Pick<Lake, "query">, table: string, sql: string): Promise<number> {
  const startedAt = performance.now();
  await lake.query(`CREATE OR REPLACE TABLE ${table} AS ${sql}`);
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}
