import { expect, test } from "vitest";
import { createFixedStore } from "../testing/loadedFixture";
import { RecentBlocks, withRecentBlocks } from "./recentBlocks";

const WANTED = { spaceId: "", viewIds: [] };
const hide = (shopper: string, itemId: string | null) => ({ type: "hide" as const, shopper, itemId });

test("with the store away a shopper's blocks of this process stand in, under either name and of no other workspace", async () => {
  const blocks = new RecentBlocks();
  blocks.note("shop", hide("user", "a"));
  blocks.note("shop", hide("device", "b"));
  blocks.note("shop", { ...hide("user", "c"), type: "click" });
  blocks.note("shop", hide("user", null));
  blocks.note("other", hide("user", "d"));
  const store = withRecentBlocks(createFixedStore("down"), blocks);
  const read = (shoppers: string[]) => store.read({ workspace: "shop", shoppers }, WANTED, 10);
  expect(await read(["user", "device"])).toEqual({ status: "down", blocked: ["a", "b"] });
  expect(await read(["stranger"])).toEqual({ status: "down", blocked: [] });
});

test("the store's own word is not added to", async () => {
  const blocks = new RecentBlocks();
  blocks.note("shop", hide("user", "a"));
  const person = { workspace: "shop", shoppers: ["user"] };
  const read = await withRecentBlocks(createFixedStore(), blocks).read(person, WANTED, 10);
  expect(read).toMatchObject({ status: "ok", state: { blocked: [] } });
});

test("who hid something longest ago is forgotten first", () => {
  const blocks = new RecentBlocks();
  for (let i = 0; i <= 20_000; i++) blocks.note("shop", hide(`s${i}`, "a"));
  expect(blocks.list({ workspace: "shop", shoppers: ["s0"] })).toEqual([]);
  expect(blocks.list({ workspace: "shop", shoppers: ["s1", "s20000"] })).toEqual(["a", "a"]);
});
