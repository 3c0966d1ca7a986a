import { describe, expect, it } from "vitest";
import { defaultKeys, findShopper } from "./shopper";

const named = [
  { userId: "s1", name: "Mara", taste: "trail runner", region: "north" },
  { userId: "s2", name: "Jonas", taste: "trail runner", region: "" },
  { userId: "s3", name: "Ida", taste: "weekend baker", region: "" },
];

describe("findShopper", () => {
  it("plays a named shopper, a shopper by id and a visitor", () => {
    expect(findShopper("u.s1", named)).toMatchObject({
      ref: { userId: "s1" },
      name: "Mara",
      region: "north",
    });
    expect(findShopper("u.x9", named)).toMatchObject({ ref: { userId: "x9" }, name: "x9", region: null });
    expect(findShopper("v.abc", named)).toMatchObject({
      ref: { anonymousId: "abc" },
      name: "Anonymous visitor",
    });
  });
});

describe("defaultKeys", () => {
  it("puts two different tastes side by side", () => {
    expect(defaultKeys(named)).toEqual(["u.s1", "u.s3"]);
  });
  it("falls back to visitors in a shop without named shoppers", () => {
    expect(defaultKeys([])).toEqual(["v.visitor-a", "v.visitor-b"]);
  });
});
