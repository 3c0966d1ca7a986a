import { describe, expect, it } from "vitest";
import { type ContentItem, createContentEmbedder, fitContentEmbedding } from "./contentEmbedding";
import { tokenizeText } from "./tokens";

const items: ContentItem[] = [];
for (const [category, words] of [
  ["Home > Kitchen > Mugs", ["ceramic mug", "travel mug", "espresso cup"]],
  ["Fashion > Shoes", ["running shoe", "leather boot", "canvas sneaker"]],
  ["Electronics > Audio", ["wireless headphones", "studio speaker", "vinyl turntable"]],
] as const) {
  for (const [n, word] of words.entries()) {
    for (const colour of ["red", "blue", "green"]) {
      items.push({ title: `${colour} ${word}`, category, brand: `Brand ${n}`, price: 10 * (n + 1) });
    }
  }
}
const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, p) => sum + x * b[p]!, 0);

describe("fitContentEmbedding", () => {
  const embedding = fitContentEmbedding(items, { dimensions: 64, seed: 1 });
  const vector = (n: number) => embedding.vectors.subarray(n * 64, (n + 1) * 64);

  it("gives vectors of length 1, the same for the same seed, others for another", () => {
    for (let n = 0; n < items.length; n++) expect(dot(vector(n), vector(n))).toBeCloseTo(1, 5);
    expect(fitContentEmbedding(items, { dimensions: 64, seed: 1 }).vectors).toEqual(embedding.vectors);
    expect(fitContentEmbedding(items, { dimensions: 64, seed: 2 }).vectors).not.toEqual(embedding.vectors);
  });

  it("puts the nearest other item of every item in its own category", () => {
    for (let n = 0; n < items.length; n++) {
      let best = -1;
      for (let other = 0; other < items.length; other++) {
        if (other !== n && (best < 0 || dot(vector(n), vector(other)) > dot(vector(n), vector(best))))
          best = other;
      }
      expect(items[best]!.category).toBe(items[n]!.category);
    }
  });

  it("embeds an item alone as in the fit, and a new item near its like", () => {
    expect(embedding.embedOne(items[4]!)).toEqual(vector(4).slice());
    const fresh = embedding.embedOne({
      title: "Black Running Shoes",
      category: "Fashion > Shoes",
      brand: "New",
      price: 12,
    });
    expect(dot(fresh, vector(9))).toBeGreaterThan(dot(fresh, vector(0)) + 0.3);
  });

  it("embeds elsewhere, from what the fit learned, as it does itself", () => {
    const elsewhere = createContentEmbedder(embedding.weights);
    for (const item of [items[4]!, { ...items[0]!, title: "Never seen before", price: 99 }])
      expect(elsewhere.embedOne(item)).toEqual(embedding.embedOne(item));
    const counts = new Uint32Array(1);
    expect(() => createContentEmbedder({ ...embedding.weights, counts })).toThrow(/counts has 1/);
  });

  it("moves little for a small change of price", () => {
    const at = (price: number | null) => embedding.embedOne({ ...items[0]!, price });
    expect(dot(at(10), at(10.5))).toBeGreaterThan(dot(at(10), at(80)));
    expect(dot(at(10), at(10.5))).toBeGreaterThan(0.99);
  });

  it("is a zero row for an item without any token, and empty for no items", () => {
    const blank = embedding.embedOne({ title: " – ", category: "", brand: "", price: null });
    expect(blank.every((x) => x === 0)).toBe(true);
    expect(fitContentEmbedding([], { dimensions: 8, seed: 1 }).vectors.length).toBe(0);
    expect(
      fitContentEmbedding([], { dimensions: 8, seed: 1 })
        .embedOne(items[0]!)
        .some((x) => x !== 0),
    ).toBe(true);
  });
});

describe("tokenizeText", () => {
  it.each([
    ["JUMBO BAG – Pink Polkadots", ["jumbo", "bag", "pink", "polkadot"]],
    ["Café crème 12,5cl", ["cafe", "creme", "12", "5cl"]],
    ["glass bus 北京", ["glass", "bus", "北京"]],
    ["", []],
  ])("%s", (text, expected) => {
    expect(tokenizeText(text)).toEqual(expected);
  });
});
