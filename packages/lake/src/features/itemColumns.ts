import type { FeatureView } from "@shortlist/contracts";
import { compileFeaturePlan, getFieldType } from "@shortlist/ml";
import type { Lake } from "../lake";
import { compileFeatureSql } from "./compileFeatureSql";

/** One numeric output of an item view for every item, in the order asked for. */
export interface ItemColumn {
  readonly output: string;
  /** NaN where the feature is not defined and has no default. */
  readonly values: Float32Array;
}

/** Outputs of a view that are numbers; texts and lists are no input of a model. */
export function listNumericOutputs(view: FeatureView): string[] {
  return compileFeaturePlan(view).outputs.flatMap(({ name, feature }) => {
    const spec = view.features[feature]!;
    if (spec.op === "last_n") return [];
    if (spec.op === "last" && getFieldType(spec.field, view.fields) !== "number") return [];
    return [name];
  });
}

/**
 * Values of an item view at one moment, as a reader would have been given them.
 *
 * @param o.events a FROM item with the columns of the lake's events and one row per event id
 * Cost: one point-in-time join over the view's longest window; items are held in a temporary table.
 */
export async function computeItemColumns(
  lake: Pick<Lake, "connection" | "query">,
  view: FeatureView,
  o: {
    readonly events: string;
    readonly itemIds: readonly string[];
    readonly atMs: number;
    readonly writeLagMs: number;
  },
): Promise<ItemColumn[]> {
  const { connection } = lake;
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE item_moments (item INTEGER, item_id VARCHAR, at_ms BIGINT)",
  );
  try {
    const appender = await connection.createAppender("item_moments", null, "temp");
    o.itemIds.forEach((itemId, item) => {
      appender.appendInteger(item);
      appender.appendVarchar(itemId);
      appender.appendBigInt(BigInt(Math.round(o.atMs)));
      appender.endRow();
    });
    appender.closeSync();
    const outputs = listNumericOutputs(view);
    const sql = compileFeatureSql(view).pointInTime({ ...o, entities: "item_moments" });
    const reader = await connection.runAndReadAll(
      `SELECT ${outputs.map((output) => `"${output}"::DOUBLE`).join(", ")} FROM (${sql}) ORDER BY item`,
    );
    const columns = reader.getColumns() as (number | null)[][];
    return outputs.map((output, i) => ({
      output,
      values: Float32Array.from(columns[i] ?? [], (value) => value ?? Number.NaN),
    }));
  } finally {
    await connection.run("DROP TABLE IF EXISTS item_moments");
  }
}
