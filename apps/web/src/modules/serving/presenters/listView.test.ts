import { expect, test } from "vitest";
import { describeRun, listVerdict } from "./listView";

type Row = Parameters<typeof describeRun>[0];
const job = (state: NonNullable<Row["job"]>["state"], o: object = {}) =>
  ({
    state,
    progressPct: 40,
    step: "serving is busy with shoppers: waiting",
    error: null,
    ...o,
  }) as Row["job"];
const last = (isOfCurrentRelease: boolean) => ({ isOfCurrentRelease }) as Row["last"];
const row = (o: Partial<Row>): Row => ({ surface: "cart", mode: "precomputed", job: null, last: null, ...o });

test.each<[Row, object]>([
  [row({}), { says: "none yet: served live", isOpen: false }],
  [row({ mode: "live" }), { says: "none", tone: "none" }],
  [row({ job: job("queued") }), { isOpen: true }],
  [row({ job: job("running") }), { says: "40 %, serving is busy with shoppers: waiting", isOpen: true }],
  [
    row({ job: job("failed", { error: "no release" }), last: last(true) }),
    { says: "no release", tone: "harm" },
  ],
  [row({ job: job("succeeded"), last: last(true) }), { tone: "pass" }],
  [
    row({ job: job("succeeded"), last: last(false) }),
    { says: "of another release: served live", tone: "warn" },
  ],
])("a surface's lists in words: %o", (surface, said) => {
  expect(describeRun(surface)).toMatchObject(said);
});

test("no look-ups are no ratio", () => {
  const surfaces = [row({}), row({ mode: "live" })];
  expect(listVerdict({ surfaces: [row({ mode: "live" })], hits: 0, misses: 0 })).toBe(
    "Every surface is live",
  );
  expect(listVerdict({ surfaces, hits: 0, misses: 0 })).toContain("none was looked for yet");
  expect(listVerdict({ surfaces, hits: 3, misses: 1 })).toBe(
    "1 of 2 surfaces use lists; found 75.0 % of 4 times",
  );
});
