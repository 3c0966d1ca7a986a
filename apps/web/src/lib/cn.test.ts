import { expect, test } from "vitest";
import { cn } from "./cn";

test.each([
  [
    "a caller's size, padding or colour",
    ["h-8 px-3 text-ink-2", "h-6 px-1.5 text-ink"],
    "h-6 px-1.5 text-ink",
  ],
  [
    "size and colour of a text apart",
    ["text-ink-3 text-xs text-left", "text-right"],
    "text-ink-3 text-xs text-right",
  ],
  ["a size in brackets", ["text-[0.8125rem] text-ink", "text-lg"], "text-ink text-lg"],
  [
    "conditions apart",
    ["px-3 first:pl-0 last:pr-0 bg-accent", "bg-series-1"],
    "px-3 first:pl-0 last:pr-0 bg-series-1",
  ],
  ["widths apart from their bounds", ["w-full min-w-0", "w-24 max-w-80"], "min-w-0 w-24 max-w-80"],
  [
    "a border above and what colours it",
    ["border-line border-t pt-4", "border-t-0 pt-0"],
    "border-line border-t-0 pt-0",
  ],
  ["what is not there", ["a", false, undefined, null, "b"], "a b"],
])("keeps the later of two that set the same: %s", (_what, given, expected) => {
  expect(cn(...given)).toBe(expected);
});
