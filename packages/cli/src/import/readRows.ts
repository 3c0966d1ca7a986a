import { createReadStream } from "node:fs";
import { open, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import { quote } from "@shortlist/lake";
import { parse } from "csv-parse";
import { InputError } from "../inputError";
import type { Mapping } from "./mapping";

/** One row of the file: its cells as text by column name, or why it could not be read. */
export interface SourceRow {
  readonly number: number;
  readonly cells: Readonly<Record<string, string>>;
  readonly problem: string | null;
  readonly raw: string;
}

/** Rows of a CSV, JSON lines or Parquet file, gzip or not, one after the other in constant memory. */
export async function* readRows(
  path: string,
  mapping: Mapping,
  onBytes: (readBytes: number, totalBytes: number) => void,
): AsyncGenerator<SourceRow> {
  if (mapping.format === "parquet") {
    yield* readParquet(path);
    return;
  }
  const totalBytes = (await stat(path)).size;
  const isZipped = await isGzip(path);
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const text: Readable = isZipped ? file.pipe(createGunzip()) : file;
  if (text !== file) file.on("error", (error) => text.destroy(error));
  const rows = mapping.format === "csv" ? readCsv(text, mapping) : readJsonLines(text);
  for await (const row of rows) {
    if (row.number % PROGRESS_EVERY_ROWS === 0) onBytes(file.bytesRead, totalBytes);
    yield row;
  }
}

const PROGRESS_EVERY_ROWS = 2_000;

async function isGzip(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return bytesRead === 2 && buffer[0] === 0x1f && buffer[1] === 0x8b;
  } finally {
    await handle.close();
  }
}

async function* readCsv(text: Readable, mapping: Mapping): AsyncGenerator<SourceRow> {
  const parser = text.pipe(
    parse({
      delimiter: mapping.csv?.delimiter ?? ",",
      bom: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
    }),
  );
  text.on("error", (error) => parser.destroy(error));
  let header = mapping.csv?.columns ?? null;
  let number = 0;
  for await (const record of parser as AsyncIterable<string[]>) {
    if (header === null) {
      header = record.map((name) => name.trim());
      requireColumns(header, mapping);
      continue;
    }
    number++;
    const cells: Record<string, string> = {};
    for (let c = 0; c < header.length; c++) cells[header[c]!] = record[c] ?? "";
    const problem = record.length === header.length ? null : "wrong_column_count";
    yield { number, cells, problem, raw: record.join(mapping.csv?.delimiter ?? ",") };
  }
}

/** A typo in a mapping must not set every row of a large file aside. */
function requireColumns(header: readonly string[], mapping: Mapping): void {
  const wanted = new Set(
    Object.values(mapping.fields).flatMap((field) =>
      field !== undefined && "column" in field ? [field.column].flat() : [],
    ),
  );
  const missing = [...wanted].filter((column) => !header.includes(column));
  if (missing.length === 0) return;
  throw new InputError(
    `The file has no column ${missing.join(", ")}. It has: ${header.join(", ")}. Correct the mapping ${mapping.name}.`,
  );
}

async function* readJsonLines(text: Readable): AsyncGenerator<SourceRow> {
  let rest = "";
  let number = 0;
  text.setEncoding("utf8");
  for await (const chunk of text as AsyncIterable<string>) {
    const lines = (rest + chunk).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) {
      if (line.trim() !== "") yield toJsonRow(line, ++number);
    }
  }
  if (rest.trim() !== "") yield toJsonRow(rest, ++number);
}

function toJsonRow(line: string, number: number): SourceRow {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return { number, cells: {}, problem: "not_json", raw: line };
  }
  if (value === null || typeof value !== "object" || Array.isArray(value))
    return { number, cells: {}, problem: "not_an_object", raw: line };
  const cells: Record<string, string> = {};
  for (const [name, cell] of Object.entries(value)) cells[name] = toText(cell);
  return { number, cells, problem: null, raw: line };
}

async function* readParquet(path: string): AsyncGenerator<SourceRow> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const result = await connection.stream(`SELECT * FROM read_parquet(${quote(path)})`);
    let number = 0;
    for await (const rows of result.yieldRowObjectJson()) {
      for (const row of rows) {
        const cells = Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, toText(cell)]));
        yield { number: ++number, cells, problem: null, raw: JSON.stringify(row) };
      }
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

function toText(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  return typeof cell === "object" ? JSON.stringify(cell) : String(cell);
}
