import { join } from "node:path";

/**
 * The tables of a workspace's lake. `shadows` holds what a candidate release would have answered. `repairs` says what became of rows of `quarantine`, which is never changed itself.
 * `daily` keeps what is left of events that were old enough to go.
 */
export type LakeTable = "events" | "slates" | "shadows" | "quarantine" | "repairs" | "daily";

/** Folder of one table: `<root>/<workspace>/<table>`. */
export function tableDir(root: string, workspace: string, table: LakeTable): string {
  return join(root, workspace, table);
}

/** File of one batch of one UTC day. The batch name is chosen by the writer, so writing a batch again replaces it. */
export function batchPath(
  root: string,
  workspace: string,
  table: LakeTable,
  day: string,
  batch: string,
): string {
  return join(tableDir(root, workspace, table), `day=${day}`, `${batch}.parquet`);
}

/** UTC calendar day of a time in milliseconds, `YYYY-MM-DD`. */
export function utcDay(timeMs: number): string {
  return new Date(timeMs).toISOString().slice(0, 10);
}
