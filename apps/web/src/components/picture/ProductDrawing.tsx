import type { CSSProperties } from "react";
import { cn } from "@/lib/cn";
import { formOf } from "./formOf";
import { FORMS } from "./forms";

/**
 * A drawn product: form by category, colours by brand, a small tilt of its own by item id. Deterministic, so that
 * a product looks the same everywhere. Decorative: the title stands beside it.
 */
export function ProductDrawing({
  itemId,
  category,
  brand,
  className,
}: {
  itemId: string;
  category: string;
  brand: string;
  className?: string;
}) {
  const ofBrand = hash(brand);
  const ofItem = hash(itemId);
  const hue = ofBrand % 360;
  const accentHue = (hue + 30 + (Math.floor(ofBrand / 360) % 180)) % 360;
  const saturation = 26 + (Math.floor(ofBrand / 7) % 30);
  const lightness = 40 + (ofItem % 18);
  const tilt = (Math.floor(ofItem / 18) % 13) - 6;
  const style = {
    "--pic-hue": hue,
    "--pic-a": `hsl(${hue} ${saturation}% ${lightness}%)`,
    "--pic-b": `hsl(${accentHue} ${saturation + 8}% 72%)`,
    "--pic-d": `hsl(${hue} 20% 22%)`,
  } as CSSProperties;
  return (
    <svg viewBox="0 0 100 100" aria-hidden="true" style={style} className={cn("picture block", className)}>
      <ellipse cx="50" cy="89" rx="32" ry="3" className="picture-shadow" />
      <g
        fill="none"
        transform={`translate(50 50) rotate(${tilt}) scale(0.74) translate(-50 -50)`}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: one of the constant drawings, never catalogue text
        dangerouslySetInnerHTML={{ __html: FORMS[formOf(category)] ?? "" }}
      />
    </svg>
  );
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}
