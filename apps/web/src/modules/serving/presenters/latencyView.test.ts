import { LATENCY_BOUNDS_MS, latencyBucketOf } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { latencyGrid, releaseMarks, type Span } from "./latencyView";

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));
function createSpan(minute: number, ms: readonly number[]): Span {
  const latency = new Array<number>(LATENCY_BOUNDS_MS.length + 1).fill(0);
  for (const each of ms) latency[latencyBucketOf(each)]!++;
  const value = ms[0] ?? null;
  return {
    at: at(minute),
    latency,
    latencyMsP50: value,
    latencyMsP99: value,
    rungs: [ms.length, 0, 0, 0, 0],
  };
}

test("rows reach from the fastest to the slowest bucket in use, slowest on top", () => {
  const grid = latencyGrid([createSpan(0, [4, 4, 4, 4]), createSpan(1, [7])])!;
  expect(grid.rows.map(({ label }) => label)).toEqual(["≤ 8", "≤ 6", "≤ 4"]);
  expect(grid.cells).toEqual([
    { x: 0, y: 2, n: 4, shade: 1 },
    { x: 1, y: 0, n: 1, shade: 0.5 },
  ]);
});

test("a span without requests is a gap in the lines", () => {
  const grid = latencyGrid([createSpan(0, [4]), createSpan(1, []), createSpan(2, [4]), createSpan(3, [4])])!;
  expect(grid.p99.match(/M/g)).toHaveLength(2);
  expect(grid.p99.match(/L/g)).toHaveLength(1);
  expect(latencyGrid([createSpan(0, [])])).toBeNull();
});

test("a release is marked in the span in which it came into force, and not outside of the range", () => {
  const spans = [createSpan(0, [4]), createSpan(1, [4]), createSpan(2, [4])];
  const release = (minute: number, number: number, action = "publish") => ({
    at: new Date(at(minute).getTime() + 20_000),
    action,
    actor: "tests",
    number,
  });
  expect(
    releaseMarks({ spans, releases: [release(1, 7), release(2, 6, "rollback"), release(9, 8)] }),
  ).toEqual([
    { x: 1, label: "10:01 UTC release 7" },
    { x: 2, label: "10:02 UTC back to 6" },
  ]);
});
