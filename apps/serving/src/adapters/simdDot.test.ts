import { createRandom } from "@shortlist/ml";
import { describe, expect, it } from "vitest";
import { createSimdTable } from "./simdDot";

describe("createSimdTable", () => {
  it.each([4, 12, 16, 64, 128])(
    "gives the inner products that plain arithmetic gives, %i dimensions",
    (dims) => {
      const random = createRandom(dims);
      const nRows = 3_000;
      const simd = createSimdTable(nRows, dims)!;
      for (let i = 0; i < simd.table.length; i++) simd.table[i] = random.normal();
      const vector = Float32Array.from({ length: dims }, () => random.normal());
      const rows = Int32Array.from({ length: 2_500 }, () => random.int(nRows));
      const out = new Float32Array(rows.length);
      simd.dot(vector, rows, rows.length, out);
      rows.forEach((row, i) => {
        let sum = 0;
        for (let d = 0; d < dims; d++) sum += vector[d]! * simd.table[row * dims + d]!;
        expect(out[i]).toBeCloseTo(sum, 3);
      });
    },
  );

  it("writes nothing for no rows", () => {
    const simd = createSimdTable(1, 4)!;
    const out = Float32Array.of(7);
    simd.dot(new Float32Array(4), new Int32Array(0), 0, out);
    expect(out[0]).toBe(7);
  });

  it("declines what four lanes or 32-bit memory cannot hold", () => {
    expect(createSimdTable(10, 6)).toBeNull();
    expect(createSimdTable(20_000_000, 64)).toBeNull();
  });
});
