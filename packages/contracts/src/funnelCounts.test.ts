import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addFunnelFields,
  countsOf,
  FUNNEL_GROUPS,
  type FunnelCounts,
  type FunnelGroup,
  findLeadingSourceOf,
  latencyBucketOf,
  listFunnelFields,
  readCount,
  sumFunnelCounts,
  surfaceCounts,
} from "./funnelCounts";
import { LATENCY_BOUNDS_MS } from "./vocabulary";

const toHash = (counts: FunnelCounts) => {
  const fields = listFunnelFields(counts);
  const hash: Record<string, string> = {};
  for (let i = 0; i < fields.length; i += 2) hash[String(fields[i])] = String(fields[i + 1]);
  return hash;
};
const groups = Object.keys(FUNNEL_GROUPS) as FunnelGroup[];

test("what is written is read back, and hashes of several writers add up", () => {
  const entry = fc.record({
    surface: fc.constantFrom("home_feed", "cart"),
    group: fc.constantFrom(...groups),
    name: fc.constantFrom("popular", "0", "rank"),
    value: fc.integer({ min: 0, max: 1e6 }),
  });
  fc.assert(
    fc.property(fc.array(entry), fc.array(entry), (first, second) => {
      const fill = (entries: typeof first) => {
        const counts: FunnelCounts = new Map();
        for (const { surface, group, name, value } of entries)
          countsOf(surfaceCounts(counts, surface), group, name)[0]! += value;
        return counts;
      };
      const read: FunnelCounts = new Map();
      addFunnelFields(read, toHash(fill(first)));
      addFunnelFields(read, toHash(fill(second)));
      expect(toHash(read)).toEqual(toHash(fill([...first, ...second])));
      expect(toHash(sumFunnelCounts([fill(first), fill(second)]))).toEqual(toHash(read));
    }),
  );
});

test("fields nobody knows are left aside", () => {
  const counts: FunnelCounts = new Map();
  addFunnelFields(counts, {
    "cart|stage|rank|runs": "3",
    "cart|stage|rank|joules": "3",
    "cart|weather|rain|runs": "1",
    "cart|stage": "1",
    "cart|stage|rank|us": "many",
  });
  expect(listFunnelFields(counts)).toEqual(["cart|stage|rank|runs", 3]);
  expect(readCount(counts.get("cart"), "stage", { name: "rank", measure: "runs" })).toBe(3);
  expect(readCount(counts.get("home_feed"), "stage", { name: "rank", measure: "runs" })).toBe(0);
});

test.each([
  [0, 0],
  [0.5, 0],
  [0.51, 1],
  [12, LATENCY_BOUNDS_MS.indexOf(12)],
  [5_000, LATENCY_BOUNDS_MS.length],
])("a latency of %d ms falls into bucket %d", (latencyMs, bucket) => {
  expect(latencyBucketOf(latencyMs)).toBe(bucket);
});

test("the leading source is the one that ranked an item highest, the first of equals", () => {
  expect(findLeadingSourceOf([])).toBeNull();
  expect(
    findLeadingSourceOf([
      { name: "content", rank: 3 },
      { name: "trending", rank: 1 },
      { name: "popular", rank: 1 },
    ]),
  ).toBe("trending");
});
