import { describe, expect, it } from "vitest";
import { LEAVES } from "./departments";
import { itemPictureSvg } from "./picture";
import { PICTURE_FORMS } from "./pictureForms";
import { createShop } from "./shop";
import { SMALL_SHOP } from "./smallShop.test-support";

const { items } = createShop(SMALL_SHOP);

/** Tags balance, attributes are quoted and no bare & or < is left: what a strict XML reader asks of our subset. */
function isWellFormed(svg: string): boolean {
  const open: string[] = [];
  const rest = svg.replace(
    /<(\/?)([a-z]+)((?: [a-z-]+="[^"<&]*")*)(\/?)>/gi,
    (_, closes, name, _attributes, empty) => {
      if (closes) return open.pop() === name ? "" : "<";
      if (!empty) open.push(name);
      return "";
    },
  );
  return open.length === 0 && !/<|>|&(?!amp;|lt;|gt;|quot;)/.test(rest);
}

describe("itemPictureSvg", () => {
  it("draws well-formed standalone pictures with a title, under 1.5 kB", () => {
    for (const item of items) {
      const svg = itemPictureSvg(item);
      expect(isWellFormed(svg)).toBe(true);
      expect(Buffer.byteLength(svg)).toBeLessThan(1_500);
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg".*<title>[^<]+<\/title>/);
      expect(svg).not.toMatch(/[{}]|undefined|NaN/);
    }
  });

  it("has a drawing for every leaf", () => {
    for (const { form } of LEAVES) expect(Object.keys(PICTURE_FORMS)).toContain(form);
  });

  it("depends on its fields only, and differs between items and brands", () => {
    const item = { itemId: "p1", category: "Shoes > Trail running", brand: "Velmora", title: "A & <B>" };
    expect(itemPictureSvg(item)).toBe(itemPictureSvg({ ...item }));
    expect(itemPictureSvg(item)).toContain("A &amp; &lt;B&gt;");
    expect(itemPictureSvg({ ...item, itemId: "p2" })).not.toBe(itemPictureSvg(item));
    expect(itemPictureSvg({ ...item, brand: "Oskane" })).not.toBe(itemPictureSvg(item));
    expect(isWellFormed(itemPictureSvg({ ...item, category: "Nothing we know" }))).toBe(true);
  });
});
