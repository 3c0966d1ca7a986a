import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createIdIndex } from "./idIndex";

function indexOf(ids: readonly string[]) {
  const offsets = new Uint32Array(ids.length + 1);
  let end = 0;
  ids.forEach((id, i) => {
    end += Buffer.byteLength(id);
    offsets[i + 1] = end;
  });
  return createIdIndex(Buffer.from(ids.join("")), offsets);
}

describe("createIdIndex", () => {
  it("finds every id it holds at its row, gives it back, and nothing else", () => {
    const id = fc.string({ minLength: 1, maxLength: 128, unit: "grapheme" }).filter((s) => s.length <= 128);
    fc.assert(
      fc.property(fc.uniqueArray(id, { minLength: 1, maxLength: 80 }), fc.array(id), (ids, others) => {
        const index = indexOf(ids);
        ids.forEach((held, row) => {
          expect(index.find(held)).toBe(row);
          expect(index.idOf(row)).toBe(held);
        });
        for (const other of others) expect(index.find(other)).toBe(ids.indexOf(other));
      }),
    );
  });

  it("does not find what is longer than any id may be", () => {
    expect(indexOf(["a"]).find("a".repeat(5_000))).toBe(-1);
  });

  it("takes at most 12 bytes an item", () => {
    const n = 100_000;
    const index = indexOf(Array.from({ length: n }, (_, i) => `sku-${i}`));
    expect(index.memoryBytes / n).toBeLessThanOrEqual(12);
  });
});
