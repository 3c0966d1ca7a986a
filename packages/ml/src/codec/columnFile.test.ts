import { describe, expect, it } from "vitest";
import { decodeColumnFile, encodeColumnFile } from "./columnFile";

const columns = {
  factors: Float32Array.of(1.5, -2, 3),
  times: Float64Array.of(1.7e12, 0),
  items: Int32Array.of(-1, 2_000_000_000),
  keys: Uint32Array.of(4_000_000_000),
  small: Uint16Array.of(65_535),
  "prix €": Uint8Array.of(1, 2, 3),
  empty: new Int32Array(0),
};
const meta = { kind: "item_table", rows: 3, nested: [1, null, { a: "ü" }] };

describe("column file", () => {
  const bytes = encodeColumnFile(columns, meta);

  it("gives back columns and meta, sections on 64-byte boundaries, as views of the same memory", () => {
    const decoded = decodeColumnFile(bytes);
    expect(decoded).toEqual({ columns, meta });
    for (const column of Object.values(decoded.columns)) {
      expect(column.buffer).toBe(bytes.buffer);
      expect(column.byteOffset % 64).toBe(0);
    }
  });

  it("decodes from an unaligned position by copying", () => {
    const shifted = new Uint8Array(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeColumnFile(shifted.subarray(1))).toEqual({ columns, meta });
  });

  it("writes the same bytes for the same content", () => {
    expect(encodeColumnFile(columns, meta)).toEqual(bytes);
  });

  it("refuses every truncation by name, never with a wrong result", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeColumnFile(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ name: "MlInputError", code: "truncated" }),
      );
    }
  });

  it("refuses other files, broken headers and unknown dtypes", () => {
    expect(() => decodeColumnFile(new TextEncoder().encode("PK0304......................"))).toThrow(/SLCF1/);
    const broken = bytes.slice();
    broken[17] = 0;
    expect(() => decodeColumnFile(broken)).toThrow(expect.objectContaining({ code: "corrupt_header" }));
    const text = new TextDecoder("latin1").decode(bytes).replace('"dtype":"f32"', '"dtype":"f99"');
    const renamed = Uint8Array.from(text, (c) => c.charCodeAt(0));
    renamed.set(bytes.subarray(bytes.length - 64), bytes.length - 64);
    expect(() => decodeColumnFile(renamed)).toThrow(expect.objectContaining({ code: "unknown_dtype" }));
  });
});
