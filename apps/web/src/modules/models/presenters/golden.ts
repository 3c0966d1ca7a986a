import type { ApiOutputs } from "@/lib/trpc/client";

export type Golden = ApiOutputs["models"]["golden"];
export type GoldenRow = Golden["rows"][number];
export type RowFeature = Golden["features"][number];

export function isWithin({ difference, allowed }: GoldenRow): boolean | null {
  return difference === null ? null : Math.abs(difference) <= allowed;
}

/** The sentence above the golden rows. */
export function goldenVerdict(rows: readonly GoldenRow[], o: { nRows: number; isAgain: boolean }): string {
  const when = o.isAgain ? "just now" : "when it was registered";
  const shown = o.nRows > rows.length ? ` The first ${rows.length} of ${o.nRows} are shown.` : "";
  if (rows.some((row) => row.difference === null))
    return `What they scored at registration was not kept then. Run them again to see it.${shown}`;
  const off = rows.filter((row) => isWithin(row) === false).length;
  const largest = Math.max(...rows.map(({ difference }) => Math.abs(difference ?? 0)));
  const all = `Largest difference ${showDifference(largest)}; every replica runs them before it serves.`;
  return off === 0
    ? `All gave their scores ${when}. ${all}${shown}`
    : `${off} of ${rows.length} did not give their scores ${when}. ${all}${shown}`;
}

/** Rounding shows in the seventh digit; four would call it nothing. */
export function showDifference(value: number | null): string {
  if (value === null) return "–";
  if (value === 0) return "0";
  return value.toExponential(1).replaceAll("-", "−").replace("e−", " · 10^−").replace("e+", " · 10^");
}

/** Numbers as they are typed, by feature; or what is wrong, by feature. A field that is left empty takes the default. */
export function readTypedRow(
  features: readonly RowFeature[],
  typed: Readonly<Record<string, string>>,
): { values: Record<string, number>; problems: Record<string, string> } {
  const values: Record<string, number> = {};
  const problems: Record<string, string> = {};
  for (const { name } of features) {
    const text = (typed[name] ?? "").trim();
    if (text === "") continue;
    const value = Number(text);
    if (Number.isFinite(value)) values[name] = value;
    else problems[name] = "write a number, such as 0.25";
  }
  return { values, problems };
}

/** A row to begin with: the defaults, or a golden one. */
export function toTypedRow(
  features: readonly RowFeature[],
  inputs: readonly number[] | null,
): Record<string, string> {
  return Object.fromEntries(
    features.map((feature, i) => [feature.name, String(inputs?.[i] ?? feature.default)]),
  );
}
