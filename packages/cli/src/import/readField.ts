import type { Condition, FieldMapping } from "./mapping";

type Cells = Readonly<Record<string, string>>;

/** The mapped text of a field, "" when absent, or `null` when its value table does not know the value. */
export function readText(field: FieldMapping | undefined, cells: Cells): string | null {
  if (field === undefined) return "";
  if ("constant" in field) return String(field.constant);
  let text =
    typeof field.column === "string"
      ? (cells[field.column] ?? "")
      : field.column
          .map((column) => (cells[column] ?? "").trim())
          .filter((part) => part !== "")
          .join(field.join ?? " ");
  for (const transform of field.transform ?? []) text = TRANSFORMS[transform](text);
  if (field.values === undefined || text === "") return text;
  const mapped = field.values[text];
  return mapped === undefined ? null : String(mapped);
}

const TRANSFORMS = {
  trim: (text: string) => text.trim(),
  lowercase: (text: string) => text.toLowerCase(),
  uppercase: (text: string) => text.toUpperCase(),
  /** "17850.0" → "17850": ids that went through a floating-point column. */
  integerText: (text: string) => text.replace(/\.0+$/, ""),
} as const;

/** A finite number, `undefined` when empty, `null` when it is no number. */
export function readNumber(field: FieldMapping | undefined, cells: Cells): number | undefined | null {
  const text = readText(field, cells);
  if (text === null) return null;
  if (text.trim() === "") return undefined;
  return toNumber(text);
}

function toNumber(text: string): number | null {
  if (!/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) return null;
  return Number(text);
}

/** Times without a zone are UTC: guessing the machine's zone would make an import depend on where it ran. */
const NAIVE_TIME = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(\.\d+)?)?)?$/;
const ZONED_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/;

/** Milliseconds since 1970, `undefined` when empty, `null` when it is no time. */
export function readTimeMs(field: FieldMapping | undefined, cells: Cells): number | undefined | null {
  const text = readText(field, cells)?.trim();
  if (text === undefined) return null;
  if (text === "") return undefined;
  const format = field !== undefined && "format" in field ? (field.format ?? "auto") : "auto";
  if (format !== "auto") {
    const number = toNumber(text);
    return number === null ? null : plausible(format === "epochSeconds" ? number * 1000 : number);
  }
  if (ZONED_TIME.test(text)) return plausible(Date.parse(text));
  // Ten digits are seconds until the year 2286, thirteen are milliseconds: apps of one shop often disagree.
  if (/^\d{10}$/.test(text)) return Number(text) * 1000;
  if (/^\d{13}$/.test(text)) return Number(text);
  const naive = NAIVE_TIME.exec(text);
  if (naive === null) return null;
  const [, year, month, day, hour = "00", minute = "00", second = "00", fraction = ""] = naive;
  return plausible(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}Z`));
}

function plausible(timeMs: number): number | null {
  return Number.isFinite(timeMs) && timeMs > 0 ? timeMs : null;
}

/** Whether a row meets every part of a condition. Numeric parts never hold for cells that are no numbers. */
export function meets(condition: Condition, cells: Cells): boolean {
  const text = (cells[condition.column] ?? "").trim();
  if (condition.is === "empty" && text !== "") return false;
  if (condition.equals !== undefined && text !== String(condition.equals)) return false;
  if (condition.in !== undefined && !condition.in.includes(text)) return false;
  if (condition.startsWith !== undefined && !text.startsWith(condition.startsWith)) return false;
  if (condition.matches !== undefined && !new RegExp(condition.matches).test(text)) return false;
  if (condition.atMost === undefined && condition.below === undefined && condition.above === undefined)
    return true;
  const number = toNumber(text);
  if (number === null) return false;
  return (
    (condition.atMost === undefined || number <= condition.atMost) &&
    (condition.below === undefined || number < condition.below) &&
    (condition.above === undefined || number > condition.above)
  );
}
