import { type ClassValue, clsx } from "clsx";

/**
 * What a class sets, for those that a component has and its caller may set otherwise. Classes that are not here stand
 * beside each other. A general merger of Tailwind classes is 8 kB in every page.
 */
const SETS: readonly (readonly [string, RegExp])[] = [
  ["height", /^h-/],
  ["width", /^w-/],
  ["min width", /^min-w-/],
  ["max width", /^max-w-/],
  ["padding x", /^px-/],
  ["padding y", /^py-/],
  ["padding top", /^pt-/],
  ["padding right", /^pr-/],
  ["padding bottom", /^pb-/],
  ["padding left", /^pl-/],
  ["margin top", /^-?mt-/],
  ["margin bottom", /^-?mb-/],
  ["gap", /^gap-\d/],
  ["display", /^(block|inline-block|flex|inline-flex|grid|hidden)$/],
  ["alignment", /^text-(left|center|right)$/],
  ["font size", /^text-(2xs|xs|sm|base|lg|xl|2xl|\[[\d.]+(rem|px)\])$/],
  ["colour", /^text-/],
  ["weight", /^font-(normal|medium|semibold|bold)$/],
  ["line breaks", /^whitespace-/],
  ["background", /^bg-/],
  ["border above", /^border-t(-\d)?$/],
];

/** Classes as one text; of two that set the same under the same conditions, the later one. */
export function cn(...values: ClassValue[]): string {
  const kept = new Map<string, string>();
  for (const name of clsx(values).split(" ")) {
    const utility = name.slice(name.lastIndexOf(":") + 1);
    const set = SETS.find(([, pattern]) => pattern.test(utility))?.[0];
    const key = set === undefined ? name : `${name.slice(0, -utility.length)}${set}`;
    kept.delete(key);
    kept.set(key, name);
  }
  return [...kept.values()].join(" ");
}
