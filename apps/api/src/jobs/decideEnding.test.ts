import { expect, test } from "vitest";
import { decideEnding } from "./runJob";

const done = { kind: "done", result: { a: 1 } } as const;
const refused = { kind: "error", message: "empty catalogue", isRetryable: false } as const;
const hiccup = { kind: "error", message: "connection reset", isRetryable: true } as const;
const lost = { kind: "lost", detail: "was ended by SIGKILL" } as const;

test.each([
  ["done", 1, done, null, "succeeded"],
  ["done before the kill arrived", 1, done, "cancelled", "succeeded"],
  ["cancelled", 1, lost, "cancelled", "cancelled"],
  ["over its time", 1, lost, "timeout", "failed"],
  ["the worker stops, even in the last attempt", 2, lost, "shutdown", "queued"],
  ["its own refusal", 1, refused, null, "failed"],
  ["a hiccup in the first attempt", 1, hiccup, null, "queued"],
  ["a hiccup in the last attempt", 2, hiccup, null, "failed"],
  ["died in the first attempt", 1, lost, null, "queued"],
  ["died in the last attempt", 2, lost, null, "failed"],
] as const)("%s", (_what, attempt, outcome, stopped, state) => {
  expect(decideEnding({ name: "training.run", attempt }, { outcome, stopped }).state).toBe(state);
});
