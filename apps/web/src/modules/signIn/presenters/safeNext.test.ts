import { describe, expect, it } from "vitest";
import { safeNext } from "./safeNext";

describe("safeNext", () => {
  it("keeps a path with its query", () => {
    expect(safeNext("/w/sample/explain?surface=cart")).toBe("/w/sample/explain?surface=cart");
  });

  it.each([
    undefined,
    "",
    "https://evil.test",
    "//evil.test",
    "/\\evil.test",
    "javascript:alert(1)",
    ["/a", "/b"],
  ])("leads %j home instead of elsewhere", (next) => {
    expect(safeNext(next)).toBe("/");
  });
});
