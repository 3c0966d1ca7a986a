// pit_cases: stored feature rows as of entity rows, by the pure rule and by SQL.
import { compilePointInTimeJoin, quote } from "../../packages/lake/src/index.ts";
import { findRowAsOf } from "../../packages/ml/src/index.ts";
import { findDifferences, parseTimeUs } from "./compare.mjs";

const timeOf = (value) => (value === null || value === undefined ? null : parseTimeUs(value));

export async function checkPointInTime(given, { lake }) {
  const rules = given.entities.map((entity) => readByRule(given, entity));
  const rows = await readBySql(given, lake);
  if (rows.length !== given.expected.length)
    return [`sql: ${rows.length} rows, want ${given.expected.length}`];
  return given.expected.flatMap((want, i) => [
    ...findDifferences(rules[i], want, `rule, row ${i} `),
    ...findDifferences(rows[i], want, `sql, row ${i} `),
  ]);
}

function readByRule({ views, filter_by_created_timestamp: asKnown }, entity) {
  const atUs = parseTimeUs(entity.event_timestamp);
  const answer = {};
  for (const view of views) {
    const rows = view.rows.filter((row) =>
      view.join_keys.every((key) => row[key] !== null && row[key] !== undefined && row[key] === entity[key]),
    );
    const times = rows.map((row) => ({
      eventMs: parseTimeUs(row.event_timestamp),
      createdMs: timeOf(row[view.created_column]),
    }));
    const found = findRowAsOf(times, {
      atMs: atUs,
      ttlMs: view.ttl_seconds === null ? null : view.ttl_seconds * 1e6,
      knownByMs: asKnown ? atUs : null,
    });
    for (const feature of view.features)
      answer[`${view.name}__${feature}`] = found === null ? null : (rows[found][feature] ?? null);
  }
  return answer;
}

async function readBySql({ entities, views, filter_by_created_timestamp: asKnown }, lake) {
  const keys = [...new Set(views.flatMap((view) => view.join_keys))];
  await createTable(lake, {
    name: "vector_entities",
    columns: { entity_number: "BIGINT", at_us: "BIGINT", ...textColumns(keys) },
    rows: entities.map((entity, i) => [
      i,
      parseTimeUs(entity.event_timestamp),
      ...keys.map((k) => keyText(entity[k])),
    ]),
  });
  for (const [i, view] of views.entries()) {
    await createTable(lake, {
      name: `vector_view_${i}`,
      columns: {
        event_us: "BIGINT",
        created_us: "BIGINT",
        ...textColumns(view.join_keys),
        ...textColumns(view.features),
      },
      rows: view.rows.map((row) => [
        parseTimeUs(row.event_timestamp),
        timeOf(row[view.created_column]),
        ...view.join_keys.map((key) => keyText(row[key])),
        ...view.features.map((feature) => keyText(row[feature])),
      ]),
    });
  }
  const sql = compilePointInTimeJoin({
    entities: "vector_entities",
    timeColumn: "at_us",
    views: views.map((view, i) => ({
      name: view.name,
      rows: `vector_view_${i}`,
      keys: view.join_keys,
      features: view.features,
      eventColumn: "event_us",
      createdColumn: "created_us",
      ttl: view.ttl_seconds === null ? null : view.ttl_seconds * 1e6,
      asKnown,
    })),
  });
  const rows = await lake.query(`SELECT * FROM (${sql}) ORDER BY entity_number`);
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row)
        .filter(([column]) => column.includes("__"))
        .map(([column, text]) => [column, text === null ? null : JSON.parse(text)]),
    ),
  );
}

/** Values travel as JSON texts, so that one column type holds numbers, texts and flags. */
const keyText = (value) => (value === null || value === undefined ? null : JSON.stringify(value));
const textColumns = (names) => Object.fromEntries(names.map((name) => [name, "VARCHAR"]));

async function createTable(lake, { name, columns, rows }) {
  const list = Object.entries(columns).map(([column, type]) => `"${column}" ${type}`);
  await lake.query(`CREATE OR REPLACE TABLE ${name} (${list.join(", ")})`);
  const literal = (value) =>
    value === null ? "NULL" : typeof value === "number" ? String(value) : quote(value);
  if (rows.length > 0)
    await lake.query(
      `INSERT INTO ${name} VALUES ${rows.map((row) => `(${row.map(literal).join(", ")})`).join(", ")}`,
    );
}
