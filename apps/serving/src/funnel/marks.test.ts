import { describe, expect, it } from "vitest";
import { Marks } from "./marks";

describe("Marks", () => {
  it("forgets every note at once, and never whether an item is barred", () => {
    const marks = new Marks(4, (item) => item === 2);
    // Past the largest generation, where the words are cleared.
    for (let round = 0; round < 2 ** 18 + 3; round++) {
      marks.begin();
      marks.set(2, 8191);
      marks.set(1, 0);
    }
    expect([0, 1, 2].map((item) => marks.get(item))).toEqual([-1, 0, 8191]);
    marks.begin();
    expect([0, 1, 2].map((item) => marks.get(item))).toEqual([-1, -1, -1]);
    expect([0, 1, 2, 3].map((item) => marks.isBarred(item))).toEqual([false, false, true, false]);
  });
});
