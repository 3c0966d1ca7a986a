import { createRandom } from "../random/random";
import { findLeaf } from "./departments";
import { PICTURE_FORMS } from "./pictureForms";

export interface Pictured {
  itemId: string;
  category: string;
  brand: string;
  title: string;
}

/**
 * A product picture as a standalone SVG of at most 1.5 kB: form by category, colours by brand, and a small
 * tilt, size and tint of its own by item id. Unknown categories get a parcel. Pure: same fields, same text.
 */
export function itemPictureSvg({ itemId, category, brand, title }: Pictured): string {
  const ofBrand = createRandom(`brand-${brand}`);
  const hue = ofBrand.int(360);
  const accentHue = (hue + 30 + ofBrand.int(180)) % 360;
  const saturation = 26 + ofBrand.int(30);

  const ofItem = createRandom(`picture-${itemId}`);
  const lightness = 40 + ofItem.int(18);
  const tilt = ofItem.int(13) - 6;
  const size = (0.74 + 0.08 * ofItem.next()).toFixed(2);
  const colours: Record<string, string> = {
    a: `hsl(${hue},${saturation}%,${lightness}%)`,
    b: `hsl(${accentHue},${saturation + 8}%,72%)`,
    d: `hsl(${hue},20%,22%)`,
  };
  const form = PICTURE_FORMS[findLeaf(category)?.form ?? "box"] ?? PICTURE_FORMS.box!;
  const drawing = form.replace(/\{([abd])\}/g, (_, key: string) => colours[key]!);
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" role="img"><title>${escapeXml(shorten(title))}</title>` +
    `<rect width="100" height="100" fill="hsl(${hue},22%,94%)"/>` +
    `<ellipse cx="50" cy="89" rx="32" ry="3" fill="hsl(${hue},15%,84%)"/>` +
    `<g fill="none" transform="translate(50 50) rotate(${tilt}) scale(${size}) translate(-50 -50)">${drawing}</g></svg>`
  );
}

function shorten(title: string): string {
  return title.length > 90 ? `${title.slice(0, 89)}…` : title;
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
