import { RecommendRequest } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { toSlateRequest } from "./recommendRoute";

const EDGE = {
  workspace: "shop",
  pseudonymKey: "k".repeat(32),
  traceparent: undefined,
  startedMs: 0,
  atMs: 0,
};
const body = (change: Record<string, unknown>) =>
  RecommendRequest.parse({ surface: "search_suggestions", userId: "Customer-4711", ...change });

test("a typed text is brought to one form, and the log holds it without the shopper's id", () => {
  const request = toSlateRequest(body({ queryText: "Orders of Customer-4711 " }), EDGE);
  expect(request.queryText).toBe("orders of customer-4711");
  expect(JSON.stringify(request.logContext)).not.toMatch(/4711/);
  expect(request.logContext.queryText).toMatch(/^Orders of /);
});

test("what someone types who opted out is looked for and not logged", () => {
  const request = toSlateRequest(body({ queryText: "shoes", personalize: false }), EDGE);
  expect(request.queryText).toBe("shoes");
  expect(request.logContext).not.toHaveProperty("queryText");
});
