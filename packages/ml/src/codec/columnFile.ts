import { MlInputError, requireInput } from "../errors";

/*
 * The binary artifact format for item tables, factors, neighbour tables and lists.
 *
 *   bytes 0–7    magic "SLCF1" and three zero bytes
 *   bytes 8–11   uint32 length H of the header in bytes
 *   bytes 12–15  uint32 zero, reserved
 *   16 … 16+H    UTF-8 JSON {columns: [{name, dtype, length, offset}], totalBytes, meta}
 *   sections     one per column at absolute `offset`, a multiple of 64, zero padded in between
 *
 * Everything is little endian. Writing the same columns and meta gives the same bytes, so a content hash
 * identifies the artifact.
 */

export type ColumnArray = Float32Array | Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

interface ColumnEntry {
  name: string;
  dtype: string;
  length: number;
  offset: number;
}

const MAGIC = Uint8Array.of(0x53, 0x4c, 0x43, 0x46, 0x31, 0, 0, 0);
const PREFIX_BYTES = 16;
// A cache line, and enough for any SIMD load of a library that maps the file.
const ALIGNMENT = 64;

const VIEWS = {
  f32: Float32Array,
  f64: Float64Array,
  i32: Int32Array,
  u32: Uint32Array,
  u16: Uint16Array,
  u8: Uint8Array,
} as const;
type Dtype = keyof typeof VIEWS;

/**
 * Encodes named columns and a JSON value into one buffer, in the order of the object's keys.
 *
 * @throws MlInputError `unknown_dtype` for any other array type
 * Cost one copy of every column.
 */
export function encodeColumnFile(columns: Record<string, ColumnArray>, meta: Json): Uint8Array<ArrayBuffer> {
  requireLittleEndian();
  const names = Object.keys(columns);
  // Offsets sit inside the header and move with its length: a few rounds settle it.
  let header = new Uint8Array(0);
  let entries: ColumnEntry[] = [];
  let totalBytes = 0;
  for (let headerBytes = -1; headerBytes !== header.length; ) {
    headerBytes = header.length;
    let end = PREFIX_BYTES + headerBytes;
    entries = names.map((name) => {
      const column = columns[name]!;
      const offset = Math.ceil(end / ALIGNMENT) * ALIGNMENT;
      end = offset + column.byteLength;
      return { name, dtype: dtypeOf(column, name), length: column.length, offset };
    });
    totalBytes = end;
    header = new TextEncoder().encode(JSON.stringify({ columns: entries, totalBytes, meta }));
  }
  const bytes = new Uint8Array(totalBytes);
  bytes.set(MAGIC, 0);
  new DataView(bytes.buffer).setUint32(8, header.length, true);
  bytes.set(header, PREFIX_BYTES);
  for (const entry of entries) {
    const column = columns[entry.name]!;
    bytes.set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), entry.offset);
  }
  return bytes;
}

/**
 * Decodes what `encodeColumnFile` wrote. Columns are views into `bytes` when its start is aligned for their
 * element size (always so for a whole file read into its own buffer), copies otherwise; do not write to them.
 *
 * @throws MlInputError `wrong_magic`, `truncated`, `corrupt_header`, `unknown_dtype`
 * Cost O(header) when aligned.
 */
export function decodeColumnFile(bytes: Uint8Array): { columns: Record<string, ColumnArray>; meta: Json } {
  requireLittleEndian();
  const seen = Math.min(bytes.length, MAGIC.length);
  for (let i = 0; i < seen; i++) {
    if (bytes[i] !== MAGIC[i])
      throw new MlInputError("wrong_magic", "not a column file: it does not start with SLCF1");
  }
  requireInput(
    bytes.length >= PREFIX_BYTES,
    "truncated",
    `column file of ${bytes.length} bytes has no header`,
  );
  const headerBytes = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(8, true);
  requireInput(
    PREFIX_BYTES + headerBytes <= bytes.length,
    "truncated",
    `column file ends inside its header: ${bytes.length} bytes, header needs ${PREFIX_BYTES + headerBytes}`,
  );
  const header = parseHeader(bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + headerBytes));
  requireInput(
    bytes.length >= header.totalBytes,
    "truncated",
    `column file is cut off: ${bytes.length} of ${header.totalBytes} bytes`,
  );
  const columns = header.columns.map((entry) => [entry.name, viewColumn(bytes, entry)] as const);
  return { columns: Object.fromEntries(columns), meta: header.meta };
}

function viewColumn(bytes: Uint8Array, entry: ColumnEntry): ColumnArray {
  requireInput(
    Object.hasOwn(VIEWS, entry.dtype),
    "unknown_dtype",
    `column "${entry.name}" has unknown dtype "${entry.dtype}"`,
  );
  const View = VIEWS[entry.dtype as Dtype];
  const byteLength = entry.length * View.BYTES_PER_ELEMENT;
  requireInput(
    isIndex(entry.length) && isIndex(entry.offset) && entry.offset + byteLength <= bytes.length,
    "truncated",
    `column "${entry.name}" reaches beyond the end of the file`,
  );
  const start = bytes.byteOffset + entry.offset;
  if (start % View.BYTES_PER_ELEMENT === 0) return new View(bytes.buffer as ArrayBuffer, start, entry.length);
  return new View(bytes.slice(entry.offset, entry.offset + byteLength).buffer);
}

function parseHeader(bytes: Uint8Array): { columns: ColumnEntry[]; totalBytes: number; meta: Json } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new MlInputError("corrupt_header", "column file header is not valid JSON");
  }
  const header = parsed as { columns?: ColumnEntry[]; totalBytes?: number; meta?: Json } | null;
  requireInput(
    header !== null &&
      typeof header === "object" &&
      Array.isArray(header.columns) &&
      isIndex(header.totalBytes),
    "corrupt_header",
    "column file header lacks columns or totalBytes",
  );
  for (const entry of header.columns) {
    const wellFormed = typeof entry?.name === "string" && typeof entry.dtype === "string";
    requireInput(wellFormed, "corrupt_header", "column file header holds a malformed column entry");
  }
  return { columns: header.columns, totalBytes: header.totalBytes, meta: header.meta ?? null };
}

function isIndex(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function dtypeOf(column: ColumnArray, name: string): Dtype {
  for (const [dtype, View] of Object.entries(VIEWS)) if (column instanceof View) return dtype as Dtype;
  throw new MlInputError("unknown_dtype", `column "${name}" is not one of ${Object.keys(VIEWS).join(", ")}`);
}

function requireLittleEndian(): void {
  const little = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  requireInput(little, "big_endian_host", "column files are little endian and this machine is not");
}
