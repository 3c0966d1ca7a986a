import { describe, expect, it } from "vitest";
import { type ServingPeriod, servingStrip } from "./servingStrip";

const at = (hour: number) => new Date(Date.UTC(2026, 10, 20, hour));
const period = (version: number, from: number, to: number | null) =>
  ({
    version,
    releaseNumber: version,
    from: at(from),
    to: to === null ? null : at(to),
    actor: "a",
    action: "publish",
    reason: "",
  }) as ServingPeriod;

describe("servingStrip", () => {
  it("lays periods on one axis until now, oldest first", () => {
    const strip = servingStrip([period(2, 6, null), period(1, 0, 6)], at(12));
    expect(strip.map(({ version, start, width }) => [version, start, width])).toEqual([
      [1, 0, 0.5],
      [2, 0.5, 0.5],
    ]);
  });
  it("keeps a short period visible", () => {
    const [short] = servingStrip([{ ...period(1, 0, null), to: new Date(at(0).getTime() + 1) }], at(12));
    expect(short!.width).toBeGreaterThan(0.01);
  });
  it("is empty for a model that never served", () => {
    expect(servingStrip([], at(1))).toEqual([]);
  });
});
