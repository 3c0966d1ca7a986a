import { expect, test } from "vitest";
import { type Exposure, exposureVerdict, ruleDraftPath, type ServedItem, servedVerdict } from "./itemView";

const served = (o: object) =>
  ({ state: { isEligible: true, barredBy: [] }, rules: [], ...o }) as unknown as ServedItem;

test.each([
  [{ state: null }, /does not know this item/],
  [
    { state: { isEligible: false, barredBy: ["restricted", "out_of_stock"] } },
    /Not shown to anyone: restricted, out of stock\./,
  ],
  [{ rules: [{ effect: "hide" }] }, /but a rule hides it/],
  [{ rules: [{ effect: "boost" }] }, /^May be shown\.$/],
])("an item with %j is said to be so", (o, text) => {
  expect(servedVerdict(served(o))).toMatch(text);
});

test("exposure tells no data from not shown", () => {
  const exposure = (o: object) =>
    exposureVerdict({ nSlates: 0, cells: [], slates: [], ...o } as unknown as Exposure);
  expect(exposure({})).toContain("holds no slate");
  expect(exposure({ nSlates: 40 })).toBe("In none of 40 slates of the last 24 hours.");
  expect(exposure({ nSlates: 40, cells: [{ surface: "cart" }, { surface: "cart" }] })).toContain(
    "Shown on 1 surface",
  );
});

test("a draft is a link that fills the editor, whatever the id holds", () => {
  expect(ruleDraftPath("hide", "a b&c")).toBe("/rules/new?effect=hide&item=a+b%26c&class=compliance");
  expect(ruleDraftPath("pin", "x")).toBe("/rules/new?effect=pin&item=x");
});
