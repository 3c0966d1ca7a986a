import { beforeEach, describe, expect, it } from "vitest";
import { buildTextIndex, type SearchedItems, type TextIndex } from "./textIndex";

const CATALOGUE = [
  ["Trail running shoes", "Acme", "Shoes > Running"],
  ["Road running shoes", "Swift", "Shoes > Running"],
  ["Rain jacket", "Acme", "Clothing > Jackets"],
  ["Shoehorn of beech", "Holz", "Accessories"],
  ["Espresso machine", "Crema", "Kitchen"],
] as const;

let rows: (readonly [string, string, string])[];
let items: SearchedItems;
let index: TextIndex;
beforeEach(() => {
  rows = [...CATALOGUE];
  items = {
    get rowCount() {
      return rows.length;
    },
    capacity: 100,
    popularity: Float32Array.of(0.1, 0.9, 0.5, 0.2, 0.3, 0, 0, 0),
    titleOf: (row) => rows[row]![0],
    brandOf: (row) => rows[row]![1],
    categoryOf: (row) => rows[row]![2],
  };
  index = buildTextIndex(items);
});

function find(text: string, quota = 10): number[] {
  const out = { items: new Int32Array(quota), scores: new Float32Array(quota) };
  const count = index.search(text, quota, out);
  for (let i = 1; i < count; i++) expect(out.scores[i]!).toBeLessThanOrEqual(out.scores[i - 1]!);
  return [...out.items.subarray(0, count)];
}

describe("the text index", () => {
  it("puts what has every word before what has some", () => {
    expect(find("acme running")[0]).toBe(0);
    expect(find("acme running").sort()).toEqual([0, 1, 2]);
  });

  it("finds what a half-typed word begins, and the word itself first", () => {
    expect(find("esp")).toEqual([4]);
    expect(find("shoe").slice(0, 2).sort()).toEqual([0, 1]);
    expect(find("shoe")).toContain(3);
  });

  it("completes only the word that is being typed", () => {
    expect(find("run jacket")).toEqual([2]);
  });

  it("forgives a typing error, two in a long word", () => {
    expect(find("jakcet")).toEqual([]);
    expect(find("jackit")).toEqual([2]);
    expect(find("esprasso machime")).toEqual([4]);
    expect(find("zzz")).toEqual([]);
  });

  it("between equals the more popular comes first", () => {
    expect(find("running shoes")).toEqual([1, 0, 3]);
  });

  it("does not care about case, accents and plurals", () => {
    expect(find("ÉSPRESSO MACHINES")).toEqual([4]);
  });

  it("leaves nothing of one search for the next, and keeps to its quota", () => {
    expect(find("running")).toEqual(find("running"));
    expect(find("running", 1)).toEqual([1]);
    expect(find("")).toEqual([]);
  });

  it("finds what came and what was renamed after it was built, by new words too", () => {
    rows.push(["Quokka plush toy", "Zoo", "Toys"]);
    index.update(5);
    expect(find("quokka")).toEqual([5]);
    expect(find("quo")).toEqual([5]);
    rows[2] = ["Anorak", "Acme", "Clothing > Jackets"];
    index.update(2);
    expect(find("anorak")).toEqual([2]);
    rows[5] = ["Wombat plush toy", "Zoo", "Toys"];
    index.update(5);
    expect(find("wombat")).toEqual([5]);
    expect(find("quokka")).toEqual([]);
  });
});
