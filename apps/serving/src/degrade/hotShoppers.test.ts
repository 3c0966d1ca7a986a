import { describe, expect, it } from "vitest";
import type { ShopperRead, ShopperState, ShopperStore } from "../ports/shopperStore";
import { createHotShoppers } from "./hotShoppers";
import { ShopperEpochs } from "./shopperEpochs";

const STATE: ShopperState = {
  recentItems: [],
  recentAtMs: [],
  purchased: [],
  blocked: [],
  vector: null,
  isOptedOut: false,
};
const WANTED = { spaceId: "space", viewIds: [] };
const person = (...shoppers: string[]) => ({ workspace: "shop", shoppers });

function open() {
  let nowMs = 0;
  const waiting: ((read: ShopperRead) => void)[] = [];
  const store: ShopperStore = { read: () => new Promise((resolve) => waiting.push(resolve)) };
  const epochs = new ShopperEpochs();
  const hot = createHotShoppers(store, { epochs, readsPerSecond: 20, now: () => nowMs });
  const read = (...shoppers: string[]) => hot.read(person(...shoppers), WANTED, 15);
  const settle = async (state: Partial<ShopperState> = {}) => {
    for (const resolve of waiting.splice(0)) resolve({ status: "ok", state: { ...STATE, ...state } });
    await Promise.resolve();
    await Promise.resolve();
  };
  const heat = async (state?: Partial<ShopperState>) => {
    for (let i = 0; i < 25; i++) {
      const answer = read("a");
      await settle(state);
      await answer;
    }
  };
  return { hot, epochs, waiting, read, settle, heat, pass: (ms: number) => (nowMs += ms) };
}
const blockedOf = async (answer: Promise<ShopperRead>) => {
  const read = await answer;
  return read.status === "ok" ? read.state.blocked : read.status;
};

describe("reads of one shopper", () => {
  it("that are under way together are made once; another shopper's is another", async () => {
    const o = open();
    const answers = [o.read("a"), o.read("a"), o.read("a"), o.read("b"), o.read("a", "b")];
    expect(o.waiting).toHaveLength(3);
    await o.settle();
    for (const answer of answers) expect((await answer).status).toBe("ok");
    expect(o.hot.listCaches()[0]).toMatchObject({ hits: 2, misses: 3, entries: 0 });
    void o.read("a");
    expect(o.waiting).toHaveLength(1);
  });

  it("by two releases that want other vectors or views are two reads", () => {
    const o = open();
    void o.read("a");
    void o.hot.read(person("a"), { ...WANTED, viewIds: ["view@1"] }, 15);
    void o.hot.read(person("a"), { ...WANTED, spaceId: "other" }, 15);
    expect(o.waiting).toHaveLength(3);
  });

  it("never wait for a read that may end after their own deadline", () => {
    const o = open();
    void o.read("a");
    void o.hot.read(person("a"), WANTED, 5);
    expect(o.waiting).toHaveLength(2);
  });

  it("at people's pace always come from the store", async () => {
    const o = open();
    for (let i = 0; i < 100; i++) {
      o.pass(100);
      const answer = o.read("a");
      expect(o.waiting).toHaveLength(1);
      await o.settle();
      await answer;
    }
    expect(o.hot.listCaches()[1]).toMatchObject({ hits: 0, misses: 0 });
  });

  it("of a hot one come from a copy for at most a quarter of a second", async () => {
    const o = open();
    await o.heat();
    expect((await o.read("a")).status).toBe("ok");
    expect(o.waiting).toHaveLength(0);
    o.pass(250);
    void o.read("a");
    expect(o.waiting).toHaveLength(1);
  });

  it("a block or opt-out taken in here holds on the very next read, however hot and whatever is under way", async () => {
    const o = open();
    await o.heat();
    const before = o.waiting.length;
    o.epochs.advance("shop", "a");
    const next = o.read("a");
    expect(o.waiting.length).toBe(before + 1);
    // A read from before the event must not become the copy either.
    o.epochs.advance("shop", "a");
    const last = o.read("a");
    expect(o.waiting.length).toBe(before + 2);
    o.waiting[0]!({ status: "ok", state: STATE });
    await next;
    o.waiting[1]!({ status: "ok", state: { ...STATE, blocked: ["x"] } });
    expect(await blockedOf(last)).toEqual(["x"]);
    o.waiting.length = 0;
    expect(await blockedOf(o.read("a"))).toEqual(["x"]);
  });

  it("an event of the second of two pseudonyms makes the copy void too", async () => {
    const o = open();
    for (let i = 0; i < 25; i++) {
      const answer = o.read("a", "b");
      await o.settle();
      await answer;
    }
    o.epochs.advance("shop", "b");
    void o.read("a", "b");
    expect(o.waiting).toHaveLength(1);
  });

  it("a failure is never kept", async () => {
    const o = open();
    await o.heat();
    o.pass(250);
    const failed = o.read("a");
    o.waiting.splice(0)[0]!({ status: "late" });
    expect((await failed).status).toBe("late");
    void o.read("a");
    expect(o.waiting).toHaveLength(1);
  });
});
