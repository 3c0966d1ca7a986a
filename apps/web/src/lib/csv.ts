export type CsvCell = string | number | boolean | null | undefined;

/** RFC 4180, with a leading quote where a spreadsheet would take a text for a formula. */
export function toCsv(header: readonly string[], rows: readonly (readonly CsvCell[])[]): string {
  return [header, ...rows].map((row) => row.map(toCell).join(",")).join("\r\n");
}

function toCell(value: CsvCell): string {
  if (value == null) return "";
  if (typeof value !== "string") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
