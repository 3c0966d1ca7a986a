import type { Tone } from "../../../components/ui/StateWord";
import { formatCount, formatMs, formatShare } from "../../../lib/format";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Grid = ApiOutputs["quality"]["grid"];
export type Check = Grid["rows"][number];
type State = Check["state"];

export const STATE_TONES: Record<State, Tone> = { pass: "pass", warn: "warn", fail: "harm", no_data: "none" };
export const STATE_WORDS: Record<State, string> = {
  pass: "pass",
  warn: "look",
  fail: "fail",
  no_data: "no data",
};

export interface GridRow {
  readonly name: Check["check"];
  readonly title: string;
  /** One cell per day; null where the day was not checked. */
  readonly cells: readonly (Check | null)[];
}

/** Checks × days, in the order the API gives. */
export function gridRows(grid: Grid): GridRow[] {
  const found = new Map(grid.rows.map((row) => [`${row.check} ${row.day}`, row]));
  return grid.checks.map(({ name, title }) => ({
    name,
    title,
    cells: grid.days.map((day) => found.get(`${name} ${day}`) ?? null),
  }));
}

/** `linked_shoppers` → "Linked shoppers". */
export function checkLabel(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The one sentence on top: can I trust the logs? */
export function gridVerdict(grid: Grid): string {
  if (grid.lastDay === null) return "No day was checked yet.";
  const last = grid.rows.filter(({ day }) => day === grid.lastDay);
  const count = (state: State) => last.filter((row) => row.state === state).length;
  const [failed, warned, without] = [count("fail"), count("warn"), count("no_data")];
  const judged = last.length - without;
  const rest = without === 0 ? "" : ` ${without} had nothing to judge by.`;
  if (judged === 0) return `${grid.lastDay}: none of ${last.length} checks had enough to judge by.`;
  if (failed + warned === 0) return `${grid.lastDay}: all ${judged} checks that could judge passed.${rest}`;
  const parts = [
    failed > 0 ? `${failed} failed` : null,
    warned > 0 ? `${warned} ${warned === 1 ? "is" : "are"} worth a look` : null,
  ].filter((part) => part !== null);
  return `${grid.lastDay}: of ${judged} checks ${parts.join(" and ")}.${rest}`;
}

/** Counts, a time, or a share: what the value of a check is. */
export function formatCheckValue(check: string, value: number | null): string {
  if (check === "volume" || check === "volume_by_type" || check === "schema") return formatCount(value);
  if (check === "lateness") return formatMs(value);
  return formatShare(value, value !== null && value > 0 && value < 0.01 ? 2 : 1);
}

/** "812 to 1,204", "at most 60 s"; null when the check had nothing to expect. */
export function expectedRange({ check, low, high }: Check): string | null {
  if (low === null || high === null) return null;
  const format = (value: number) => formatCheckValue(check, value);
  const isShare = !["volume", "volume_by_type", "schema", "lateness"].includes(check);
  if (low === high) return format(low);
  if (isShare && high >= 1) return `at least ${format(low)}`;
  if (low === 0 && check !== "volume" && check !== "volume_by_type") return `at most ${format(high)}`;
  return `${format(low)} to ${format(high)}`;
}

export const RANGES = [14, 28, 60, 120] as const;

/** Rows for a spreadsheet. */
export function gridCsv(grid: Grid): { header: string[]; rows: (string | number | null)[][] } {
  return {
    header: ["day", "check", "state", "value", "low", "high", "n", "sentence"],
    rows: grid.rows.map((row) => [
      row.day,
      row.check,
      row.state,
      row.value,
      row.low,
      row.high,
      row.n,
      row.sentence,
    ]),
  };
}
