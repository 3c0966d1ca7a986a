/** Feature rows as stored: one row per key and time at which the values were computed. */
export interface StoredFeatures {
  /** Prefix of the answered columns: `<name>__<feature>`. */
  readonly name: string;
  /** A FROM item. */
  readonly rows: string;
  readonly keys: readonly string[];
  readonly features: readonly string[];
  readonly eventColumn: string;
  /** Null when the rows do not say when they became known. */
  readonly createdColumn: string | null;
  /** Age up to which a row counts, inclusive, in the unit of the times; null: any age. */
  readonly ttl: number | null;
  /** True: only rows with created ≤ entity time, what was known then. False: what is known now. */
  readonly asKnown: boolean;
  /** The rows hold at most one row per key and time: the sort that decides ties is left out. */
  readonly isUnique?: boolean;
}

/**
 * SELECT of entity rows with the stored features as of each row's time: the rule of `findRowAsOf` in @shortlist/ml.
 *
 * Every entity row is kept, in no particular order. Without the created cutoff it is an ASOF join after ties are
 * decided, linear but for the sort; with it a window function over all candidates of a key, since an ASOF join
 * cannot pass over a row that was not known yet.
 *
 * @param o.entities a FROM item; `o.timeColumn` and the keys are columns of it, in the unit of the feature times
 */
export function compilePointInTimeJoin(o: {
  readonly entities: string;
  readonly timeColumn: string;
  readonly views: readonly StoredFeatures[];
}): string {
  const time = `x.${name(o.timeColumn)}`;
  const joins = o.views.map((view, i) =>
    view.asKnown ? knownJoin(view, { alias: `v${i}`, ...o }) : asOfJoin(view, { alias: `v${i}`, time }),
  );
  const hasCutoff = o.views.some((view) => view.asKnown);
  const entities = hasCutoff
    ? `(SELECT *, row_number() OVER () AS entity_row FROM ${o.entities})`
    : o.entities;
  const columns = o.views.flatMap((view, i) =>
    view.features.map((feature) => {
      const value = `v${i}.${name(feature)}`;
      // The age is looked at after the join: the latest row decides, and an older one is older still.
      const alive =
        view.ttl === null || view.ttl <= 0 || view.asKnown
          ? value
          : `CASE WHEN v${i}.${name(view.eventColumn)} >= ${time} - ${view.ttl} THEN ${value} END`;
      return `${alive} AS ${name(`${view.name}__${feature}`)}`;
    }),
  );
  const kept = hasCutoff ? "x.* EXCLUDE (entity_row)" : "x.*";
  const withRows = hasCutoff ? `WITH numbered AS MATERIALIZED ${entities} ` : "";
  return `${withRows}SELECT ${[kept, ...columns].join(",\n  ")}
FROM ${hasCutoff ? "numbered" : entities} x
${joins.join("\n")}`;
}

function asOfJoin(view: StoredFeatures, o: { alias: string; time: string }): string {
  const { alias } = o;
  const on = view.keys.map((key) => `x.${name(key)} = ${alias}.${name(key)}`);
  on.push(`${o.time} >= ${alias}.${name(view.eventColumn)}`);
  return `ASOF LEFT JOIN ${view.isUnique === true ? view.rows : latestOfTies(view)} ${alias} ON ${on.join(" AND ")}`;
}

/** One row per key and time: the one created last, a missing created losing. */
function latestOfTies(view: StoredFeatures): string {
  const partition = [...view.keys, view.eventColumn].map(name).join(", ");
  const order = view.createdColumn === null ? "" : `ORDER BY ${name(view.createdColumn)} DESC NULLS LAST`;
  return `(SELECT * FROM ${view.rows} QUALIFY row_number() OVER (PARTITION BY ${partition} ${order}) = 1)`;
}

function knownJoin(view: StoredFeatures, o: { alias: string; timeColumn: string }): string {
  const event = `f.${name(view.eventColumn)}`;
  const created = view.createdColumn === null ? event : `f.${name(view.createdColumn)}`;
  const time = `e.${name(o.timeColumn)}`;
  const on = view.keys.map((key) => `e.${name(key)} = f.${name(key)}`);
  on.push(`${event} <= ${time}`, `${created} <= ${time}`);
  if (view.ttl !== null && view.ttl > 0) on.push(`${event} >= ${time} - ${view.ttl}`);
  return `LEFT JOIN (
  SELECT e.entity_row, ${view.features.map((feature) => `f.${name(feature)}`).join(", ")}
  FROM numbered e JOIN ${view.rows} f ON ${on.join(" AND ")}
  QUALIFY row_number() OVER (PARTITION BY e.entity_row ORDER BY ${event} DESC, ${created} DESC NULLS LAST) = 1
) ${o.alias} ON x.entity_row = ${o.alias}.entity_row`;
}

/** A quoted identifier. */
export function name(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}
