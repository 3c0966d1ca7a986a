"use client";

import type { RepairStep } from "@shortlist/contracts";
import { createParser, useQueryState } from "nuqs";

/** Steps in the address, so that a repair can be shown to somebody before it is started. */
const parseAsSteps = createParser<RepairStep[]>({
  parse(text) {
    try {
      const value: unknown = JSON.parse(text);
      return Array.isArray(value) && value.every((step) => typeof step?.op === "string")
        ? (value as RepairStep[])
        : null;
    } catch {
      return null;
    }
  },
  serialize: (steps) => JSON.stringify(steps),
  eq: (a, b) => JSON.stringify(a) === JSON.stringify(b),
});

/** Typing must not fill the history, nor ask the server for every key. */
const WRITE_MS = 300;

export function useSteps() {
  return useQueryState(
    "steps",
    parseAsSteps.withDefault([]).withOptions({ history: "replace", throttleMs: WRITE_MS }),
  );
}
