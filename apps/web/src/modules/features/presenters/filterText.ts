import type { EventFilter } from "@shortlist/contracts";

// Filters as a person writes them: `type = click and (value > 10 or not surface exists)`.

export type FilterParse =
  | { readonly filter: EventFilter | null }
  | { readonly problem: string; readonly at: number };

const OPS = { "=": "eq", "!=": "ne", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte" } as const;
const SIGNS = { eq: "=", ne: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=" } as const;

export function formatFilter(filter: EventFilter | undefined): string {
  if (filter === undefined) return "";
  return format(filter, false);
}

function format(filter: EventFilter, isInner: boolean): string {
  if ("all" in filter || "any" in filter) {
    const [parts, word] = "all" in filter ? [filter.all, "and"] : [filter.any, "or"];
    const text = parts.map((part) => format(part, true)).join(` ${word} `);
    return isInner && parts.length > 1 ? `(${text})` : text;
  }
  if ("not" in filter)
    return `not ${"field" in filter.not ? format(filter.not, true) : `(${format(filter.not, false)})`}`;
  if (filter.op === "exists") return `${filter.field} exists`;
  if (filter.op === "in") return `${filter.field} in (${filter.value.map(formatValue).join(", ")})`;
  return `${filter.field} ${SIGNS[filter.op]} ${formatValue(filter.value)}`;
}

function formatValue(value: string | number): string {
  if (typeof value === "number") return String(value);
  const isWord = /^[A-Za-z_][\w-]*$/.test(value) && !/^(and|or|not|in|exists)$/i.test(value);
  return isWord ? value : JSON.stringify(value);
}

interface Token {
  readonly text: string;
  readonly at: number;
}

class FilterProblem extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message);
  }
}

/** The filter a text means; null for an empty one. A problem says what was expected, and where. */
export function parseFilter(text: string): FilterParse {
  try {
    const tokens = tokenize(text);
    if (tokens.length === 0) return { filter: null };
    const reader = createReader(tokens, text.length);
    const filter = readAny(reader);
    const rest = reader.peek();
    if (rest !== null) throw new FilterProblem(`"${rest.text}" is too much: join with and or or`, rest.at);
    return { filter };
  } catch (error) {
    if (error instanceof FilterProblem) return { problem: error.message, at: error.at };
    throw error;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const pattern = /\s*("(?:[^"\\]|\\.)*"|!=|>=|<=|[=<>(),]|[^\s=<>!(),"]+)/gy;
  let at = 0;
  while (text.slice(at).trim() !== "") {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match === null) throw new FilterProblem(`"${text.slice(at).trim().slice(0, 10)}" cannot be read`, at);
    tokens.push({ text: match[1]!, at: pattern.lastIndex - match[1]!.length });
    at = pattern.lastIndex;
  }
  return tokens;
}

interface Reader {
  peek(): Token | null;
  next(expected: string): Token;
  takes(word: string): boolean;
}

function createReader(tokens: readonly Token[], length: number): Reader {
  let i = 0;
  return {
    peek: () => tokens[i] ?? null,
    next(expected) {
      const token = tokens[i++];
      if (token === undefined) throw new FilterProblem(`${expected} is missing at the end`, length);
      return token;
    },
    takes(word) {
      if (tokens[i]?.text.toLowerCase() !== word) return false;
      i++;
      return true;
    },
  };
}

function readAny(reader: Reader): EventFilter {
  const parts = [readAll(reader)];
  while (reader.takes("or")) parts.push(readAll(reader));
  return parts.length === 1 ? parts[0]! : { any: parts };
}

function readAll(reader: Reader): EventFilter {
  const parts = [readOne(reader)];
  while (reader.takes("and")) parts.push(readOne(reader));
  return parts.length === 1 ? parts[0]! : { all: parts };
}

function readOne(reader: Reader): EventFilter {
  if (reader.takes("not")) return { not: readOne(reader) };
  if (reader.takes("(")) {
    const inner = readAny(reader);
    const close = reader.next("a closing bracket");
    if (close.text !== ")") throw new FilterProblem("a closing bracket is missing", close.at);
    return inner;
  }
  return readComparison(reader);
}

function readComparison(reader: Reader): EventFilter {
  const field = reader.next("a field");
  const op = reader.next("a comparison such as =, in or exists");
  if (op.text.toLowerCase() === "exists") return { field: field.text, op: "exists" };
  if (op.text.toLowerCase() === "in") return { field: field.text, op: "in", value: readList(reader) };
  const name = OPS[op.text as keyof typeof OPS];
  if (name === undefined)
    throw new FilterProblem(`"${op.text}" is no comparison: use =, !=, >, >=, <, <=, in or exists`, op.at);
  const value = readValue(reader);
  // A text where a number belongs is left to the API, which knows the fields.
  return { field: field.text, op: name, value } as EventFilter;
}

function readList(reader: Reader): (string | number)[] {
  const open = reader.next("a list such as (view, click)");
  if (open.text !== "(") throw new FilterProblem("write a list in brackets, such as (view, click)", open.at);
  const values = [readValue(reader)];
  while (reader.takes(",")) values.push(readValue(reader));
  const close = reader.next("a closing bracket");
  if (close.text !== ")") throw new FilterProblem("a closing bracket is missing", close.at);
  return values;
}

function readValue(reader: Reader): string | number {
  const { text, at } = reader.next("a value");
  if (/^[=<>(),!]/.test(text)) throw new FilterProblem(`"${text}" is no value`, at);
  if (text.startsWith('"')) return readQuoted(text, at);
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}

function readQuoted(text: string, at: number): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw new FilterProblem(`${text} cannot be read: escape \\ and " with a \\`, at);
  }
}
