import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** The links of an HNSW index, by row of the item table. The vectors are elsewhere. */
export interface HnswGraph {
  /** Rows that have a vector. */
  readonly size: number;
  readonly entryRow: number;
  readonly levelMax: number;
  /** Neighbours at the lowest level: those of row r are `links[offsets[r] … offsets[r + 1])`. */
  readonly offsets: Uint32Array;
  readonly links: Int32Array;
  /** Where the links above the lowest level begin in `upperLinks`, for the few rows that have any. */
  readonly upperAt: ReadonlyMap<number, number>;
  /** Level by level from the second, `upperStride` values each: a count, then rows. */
  readonly upperLinks: Int32Array;
  readonly upperStride: number;
}

export interface GraphOptions {
  readonly dims: number;
  /** Rows of the item table: no label may lie beyond. */
  readonly nItems: number;
  /** Told of each row's vector as the index was built with it. Its memory is used again. */
  readonly onVector?: (row: number, vector: Float32Array) => void;
}

/** What makes an index file unusable, in words for the operator. */
export class GraphUnreadable extends Error {
  override readonly name = "GraphUnreadable";
}

/** Records read at a time: a few megabytes. */
const CHUNK_RECORDS = 8_192;

/**
 * Reads an index as hnswlib 0.8 writes it: a header; for each element a count, its links, its vector and its label; then
 * for each element the links above. Only what a search needs is kept, and only links that are there: half of what the
 * library keeps room for, and none of the vectors, which the item tables hold anyway. Everything is checked, because a
 * row beyond the tables would be found in earnest.
 *
 * Cost: the lowest level is read twice, because labels stand behind the links that point to them.
 * @throws GraphUnreadable
 */
export function readHnswGraph(path: string, o: GraphOptions): HnswGraph {
  const file = openSync(path, "r");
  try {
    const header = readHeader(file, o.dims);
    const rowOf = new Int32Array(header.count);
    const offsets = readRows(file, header, { ...o, rowOf });
    const links = new Int32Array(offsets[o.nItems]!);
    eachRecord(file, header, (record, element) => {
      let at = offsets[rowOf[element]!]!;
      const count = record.getUint16(0, true);
      for (let i = 0; i < count; i++) links[at++] = readRow(record, 4 + 4 * i, rowOf);
    });
    const upper = readUpper(file, header, rowOf);
    return {
      size: header.count,
      entryRow: rowOf[header.entry]!,
      levelMax: header.levelMax,
      offsets,
      links,
      ...upper,
    };
  } finally {
    closeSync(file);
  }
}

interface Header {
  readonly count: number;
  readonly recordBytes: number;
  readonly labelAt: number;
  readonly vectorAt: number;
  readonly levelMax: number;
  readonly entry: number;
  readonly linksMax: number;
  readonly lowestLinksMax: number;
}

const HEADER_BYTES = 96;

function readHeader(file: number, dims: number): Header {
  const view = readAt(file, 0, HEADER_BYTES);
  const long = (at: number) => Number(view.getBigUint64(at, true));
  const header: Header = {
    count: long(16),
    recordBytes: long(24),
    labelAt: long(32),
    vectorAt: long(40),
    levelMax: view.getInt32(48, true),
    entry: view.getUint32(52, true),
    linksMax: long(56),
    lowestLinksMax: long(64),
  };
  const { count, recordBytes, vectorAt, labelAt } = header;
  if (vectorAt !== 4 + 4 * header.lowestLinksMax || labelAt !== vectorAt + 4 * dims)
    throw new GraphUnreadable(`is no index of ${dims} dimensions`);
  if (recordBytes !== labelAt + 8) throw new GraphUnreadable("has records of an unknown shape");
  if (count < 1) throw new GraphUnreadable("is empty");
  if (header.entry >= count || header.levelMax < 0 || header.linksMax > header.lowestLinksMax)
    throw new GraphUnreadable("has a header that contradicts itself");
  if (fstatSync(file).size < HEADER_BYTES + count * recordBytes + 4 * count)
    throw new GraphUnreadable(`ends before its ${count} elements do`);
  return header;
}

/** The row of each element, into `rowOf`; @returns where each row's links are to begin. */
function readRows(
  file: number,
  header: Header,
  o: GraphOptions & { readonly rowOf: Int32Array },
): Uint32Array {
  const offsets = new Uint32Array(o.nItems + 1);
  const isTaken = new Uint8Array(o.nItems);
  const vector = new Float32Array(o.dims);
  eachRecord(file, header, (record, element) => {
    const row = record.getUint32(header.labelAt, true);
    if (row >= o.nItems || record.getUint32(header.labelAt + 4, true) !== 0)
      throw new GraphUnreadable(`names item ${row} of ${o.nItems}`);
    if (isTaken[row] === 1) throw new GraphUnreadable(`names item ${row} twice`);
    isTaken[row] = 1;
    o.rowOf[element] = row;
    const count = record.getUint16(0, true);
    if (count > header.lowestLinksMax) throw new GraphUnreadable(`gives item ${row} ${count} links`);
    offsets[row + 1] = count;
    if (o.onVector === undefined) return;
    for (let d = 0; d < o.dims; d++) vector[d] = record.getFloat32(header.vectorAt + 4 * d, true);
    o.onVector(row, vector);
  });
  for (let row = 0; row < o.nItems; row++) offsets[row + 1]! += offsets[row]!;
  return offsets;
}

function readUpper(file: number, header: Header, rowOf: Int32Array) {
  const from = HEADER_BYTES + header.count * header.recordBytes;
  const view = readAt(file, from, fstatSync(file).size - from);
  const upperStride = header.linksMax + 1;
  const levelBytes = 4 * upperStride;
  const upperLinks = new Int32Array((view.byteLength - 4 * header.count) / 4);
  const upperAt = new Map<number, number>();
  let at = 0;
  let next = 0;
  for (let element = 0; element < header.count; element++) {
    if (at + 4 > view.byteLength) throw new GraphUnreadable("ends before its upper levels do");
    const bytes = view.getUint32(at, true);
    at += 4;
    if (bytes === 0) continue;
    if (bytes % levelBytes !== 0 || at + bytes > view.byteLength)
      throw new GraphUnreadable("has upper levels of an unknown shape");
    upperAt.set(rowOf[element]!, next);
    for (const end = at + bytes; at < end; at += levelBytes) {
      const count = view.getUint16(at, true);
      if (count > header.linksMax) throw new GraphUnreadable("has more upper links than there is room for");
      upperLinks[next] = count;
      for (let i = 0; i < count; i++) upperLinks[next + 1 + i] = readRow(view, at + 4 + 4 * i, rowOf);
      next += upperStride;
    }
  }
  const levels = (upperAt.get(rowOf[header.entry]!) ?? next) + header.levelMax * upperStride;
  if (at !== view.byteLength || levels > next)
    throw new GraphUnreadable("has upper levels that do not add up");
  return { upperAt, upperLinks, upperStride };
}

function readRow(view: DataView, at: number, rowOf: Int32Array): number {
  const row = rowOf[view.getUint32(at, true)];
  if (row === undefined) throw new GraphUnreadable("has a link that leads nowhere");
  return row;
}

function eachRecord(
  file: number,
  { count, recordBytes }: Header,
  visit: (record: DataView, element: number) => void,
): void {
  for (let first = 0; first < count; first += CHUNK_RECORDS) {
    const records = Math.min(CHUNK_RECORDS, count - first);
    const { buffer } = readAt(file, HEADER_BYTES + first * recordBytes, records * recordBytes);
    for (let i = 0; i < records; i++) visit(new DataView(buffer, i * recordBytes, recordBytes), first + i);
  }
}

function readAt(file: number, position: number, length: number): DataView<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  let read = 0;
  while (read < length) {
    const got = readSync(file, bytes, read, length - read, position + read);
    if (got === 0) throw new GraphUnreadable("is shorter than it says");
    read += got;
  }
  return new DataView(bytes.buffer);
}
