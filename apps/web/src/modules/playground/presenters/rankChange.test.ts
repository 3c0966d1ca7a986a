import { describe, expect, it } from "vitest";
import { changeSummary, rankChanges } from "./rankChange";

describe("rankChanges", () => {
  it("tells entered, risen, fallen and unmoved items apart", () => {
    const changes = rankChanges(["a", "b", "c", "d"], ["c", "b", "x", "a"]);
    expect(Object.fromEntries(changes)).toEqual({
      c: { kind: "up", by: 2 },
      b: { kind: "same" },
      x: { kind: "new" },
      a: { kind: "down", by: 3 },
    });
  });

  it("sums the moves up in words", () => {
    expect(changeSummary(rankChanges(["a", "b"], ["b", "a", "c"]))).toBe("1 new, 1 up, 1 down");
    expect(changeSummary(rankChanges(["a", "b"], ["a", "b"]))).toBe("nothing moved");
  });
});
