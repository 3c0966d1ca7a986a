import { RuleDefinition } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { EMPTY_FORM, type RuleForm, readDraft, saysItems, toDefinition, toForm } from "./ruleForm";
import { toSentence } from "./sentence";

const form = (change: Partial<RuleForm>): RuleForm => ({ ...EMPTY_FORM, name: "Summer", ...change });

test.each([
  ["a boost", form({ brands: "Acme\nOther" })],
  ["a pin", form({ effect: "pin", position: "3", itemIds: "a, b\nc" })],
  [
    "a cap in a scope and time",
    form({
      effect: "cap",
      max: "1",
      categories: "Shoes > Trail, wide\nToys",
      surfaces: ["cart"],
      regions: "DE",
      devices: ["app"],
      shoppers: "anonymous",
      from: "2026-06-01T00:00",
      to: "2026-07-01T12:30",
      priority: "90",
    }),
  ],
  ["a sponsored slot", form({ effect: "sponsor", position: "4", brands: "Acme" })],
  ["a spread", form({ effect: "spread", by: "seller", max: "2", categories: "Shoes" })],
  ["a floor for sellers", form({ effect: "at_least", max: "3", sellers: "Small shop\nOther" })],
  ["a price and an age", form({ effect: "hide", priceMin: "5", priceMax: "10.5", newerThanDays: "7" })],
] as const)("%s survives being sent, stored and opened again", (_what, filled) => {
  const sent = RuleDefinition.parse(toDefinition(filled));
  expect(toDefinition(toForm(sent))).toEqual(sent);
});

test("positions count from 1 for people", () => {
  expect(toDefinition(form({ effect: "pin", position: "1", itemIds: "a" })).effect).toEqual({
    kind: "pin",
    position: 0,
  });
});

test("a form that names no items has nothing to preview", () => {
  expect(saysItems(EMPTY_FORM)).toBe(false);
  expect(saysItems(form({ priceMax: "3" }))).toBe(true);
});

test.each([
  [{ effect: "boost", strength: "strong", brands: "Acme" }, "Everywhere, boost items of Acme strongly."],
  [
    { effect: "pin", position: "2", itemIds: "sku-1", surfaces: ["cart"] },
    /^On .*, pin item sku-1 to position 2\.$/,
  ],
  [
    { effect: "only", categories: "Shoes", regions: "DE, FR", shoppers: "anonymous" },
    "In DE and FR for anonymous shoppers, show only items in Shoes.",
  ],
  [{ effect: "hide", brands: "a,b,c,d,e" }, "Everywhere, hide items of a, b, c and 2 more."],
  [
    { effect: "sponsor", position: "3", brands: "Acme" },
    "Everywhere, sponsor position 3 with the best of items of Acme.",
  ],
  [
    { effect: "spread", by: "seller", max: "1", priceMin: "5" },
    "Everywhere, show at most 1 of each seller among items from 5.",
  ],
  [
    { effect: "at_least", max: "2", sellers: "Small shop" },
    "Everywhere, show at least 2 of items sold by Small shop.",
  ],
  [{ effect: "suggest", itemIds: "a,b,c" }, "Everywhere, suggest 3 named items."],
  [{ effect: "cap", max: "2", priceMin: "100" }, "Everywhere, show at most 2 of items from 100."],
  [
    { effect: "bury", strength: "little", newerThanDays: "3", to: "2026-01-01T00:00" },
    /^Everywhere, bury items at most 3 days old a little, until .*2026.*\.$/,
  ],
] as const)("%j reads as a sentence", (change, sentence) => {
  const text = toSentence(RuleDefinition.parse(toDefinition(form(change as Partial<RuleForm>))));
  if (typeof sentence === "string") expect(text).toBe(sentence);
  else expect(text).toMatch(sentence);
});

test("a link from an item fills the form with a draft, and nothing else does", () => {
  const draft = (query: string) => readDraft(new URLSearchParams(query));
  expect(draft("effect=hide&class=compliance&item=sku-1")).toMatchObject({
    name: "Block sku-1",
    effect: "hide",
    class: "compliance",
    itemIds: "sku-1",
  });
  expect(draft("effect=pin&class=compliance&item=sku-1")).toMatchObject({
    name: "Feature sku-1",
    effect: "pin",
    class: "merchandising",
  });
  expect(draft("effect=hide")).toEqual(EMPTY_FORM);
});
