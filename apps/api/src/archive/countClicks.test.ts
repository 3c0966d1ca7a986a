import { listFunnelFields } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { createSlate } from "../testing/slates";
import { countClick, listClicks } from "./countClicks";

const event = (
  type: string,
  itemId: string | null,
  o: { requestId?: string | null; atMs?: number } = {},
) => ({
  type: type as "click",
  itemId,
  requestId: o.requestId === undefined ? "r-1" : o.requestId,
  receivedAtMs: o.atMs ?? 120_000,
});

test("an item of a slate is clicked once, at the first of click, add to cart and purchase", () => {
  expect(
    listClicks([
      event("purchase", "a", { atMs: 240_000 }),
      event("click", "a"),
      event("click", "a", { atMs: 180_000 }),
      event("view", "b"),
      event("click", "c", { requestId: null }),
      event("click", null),
      event("click", "a", { requestId: "r-2" }),
    ]),
  ).toEqual([
    { requestId: "r-1", itemId: "a", minute: 2 },
    { requestId: "r-2", itemId: "a", minute: 2 },
  ]);
});

test("a click counts for every source of the item and for the one that ranked it highest", () => {
  const [first] = createSlate("shop").items;
  const sources = [
    { name: "content", rank: 4, score: 1 },
    { name: "trending", rank: 2, score: 1 },
  ];
  const slate = createSlate("shop", { surface: "cart", items: [{ ...first!, itemId: "a", sources }] });
  expect(listFunnelFields(countClick(slate, "a")!).filter((x) => typeof x === "string")).toEqual([
    "cart|all|-|clicked",
    "cart|source|content|clicked",
    "cart|source|trending|clicked",
    "cart|source|trending|clickedLeading",
  ]);
  expect(countClick(slate, "b")).toBeNull();
});
