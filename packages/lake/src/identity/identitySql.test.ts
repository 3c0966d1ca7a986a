import { resolveIdentities } from "@shortlist/ml";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Lake, openLake } from "../lake";
import { compileLinksSql, compileResolvedSql, type KnownBy } from "./identitySql";

let lake: Lake;
beforeAll(async () => {
  lake = await openLake("/nonexistent");
});
afterAll(() => lake.close());

interface Seen {
  readonly atMs: number;
  readonly device: string | null;
  readonly user: string | null;
}

async function resolve(
  seen: readonly Seen[],
  knownBy: KnownBy,
  unlinked: { device: string; person: string }[] = [],
) {
  const rows = seen.map(({ atMs, device, user }, i) => {
    const text = (value: string | null) => (value === null ? "NULL" : `'${value}'`);
    return `('e${i}', 'view', ${text(user ?? device)}, ${text(user === null ? null : device)}, ${atMs}, ${atMs})`;
  });
  await lake.query(`CREATE OR REPLACE TEMP TABLE ev AS SELECT * FROM (VALUES ${rows.join(", ")})
    t(event_id, type, shopper, anonymous_shopper, occurred_at_ms, received_at_ms)`);
  await lake.query(`CREATE OR REPLACE TEMP TABLE links AS ${compileLinksSql({ events: "ev", unlinked })}`);
  const found = await lake.query(
    `SELECT shopper FROM (${compileResolvedSql({ events: "ev", links: "links", knownBy })}) ORDER BY substr(event_id, 2)::INTEGER`,
  );
  return found.map((row) => row.shopper);
}

const expected = (seen: readonly Seen[], known: "all" | "as_of_event") =>
  resolveIdentities(
    seen.map(({ atMs, device, user }) => ({ atMs, anonymousId: device, userId: user })),
    known,
  ).map((who) => who?.replace("anon:", ""));

const sequences = fc
  .array(
    fc.oneof(
      fc.record({ device: fc.constantFrom("d1", "d2", "d3"), user: fc.constantFrom(null, "u1", "u2") }),
      fc.record({ device: fc.constant(null), user: fc.constantFrom("u1", "u2") }),
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((events) => events.map((event, i): Seen => ({ ...event, atMs: 1_000 + i * 10 })));

test("SQL and the reference name the same person for every event, with hindsight and without", async () => {
  await fc.assert(
    fc.asyncProperty(sequences, async (seen) => {
      expect(await resolve(seen, "all")).toEqual(expected(seen, "all"));
      expect(await resolve(seen, "event")).toEqual(expected(seen, "as_of_event"));
    }),
    { numRuns: 150, seed: 11 },
  );
});

test("before a horizon only what was known at the horizon counts", async () => {
  await fc.assert(
    fc.asyncProperty(sequences, fc.integer({ min: 0, max: 26 }), async (seen, k) => {
      const horizonMs = 1_000 + k * 10;
      const known = expected(
        seen.filter(({ atMs }) => atMs < horizonMs),
        "all",
      );
      const answers = await resolve(seen, { horizonsMs: [horizonMs] });
      expect(answers.slice(0, known.length)).toEqual(known);
      expect(answers.slice(known.length)).toEqual(expected(seen, "all").slice(known.length));
    }),
    { numRuns: 100, seed: 12 },
  );
});

test("people who share a device stay apart, and what they did unnamed goes to whoever was last there", async () => {
  const seen: Seen[] = [
    { atMs: 1, device: "tablet", user: null },
    { atMs: 2, device: "tablet", user: "ann" },
    { atMs: 3, device: "tablet", user: null },
    { atMs: 4, device: "tablet", user: "bob" },
    { atMs: 5, device: "tablet", user: null },
    { atMs: 6, device: "phone", user: "ann" },
    { atMs: 7, device: "phone", user: null },
  ];
  expect(await resolve(seen, "all")).toEqual(["ann", "ann", "ann", "bob", "bob", "ann", "ann"]);
  expect(await resolve(seen, "event")).toEqual(["tablet", "ann", "ann", "bob", "bob", "ann", "ann"]);
});

test("a pair that was taken apart is no evidence, other people of the device still are", async () => {
  const seen: Seen[] = [
    { atMs: 2, device: "tablet", user: "ann" },
    { atMs: 3, device: "tablet", user: null },
    { atMs: 4, device: "tablet", user: "bob" },
  ];
  expect(await resolve(seen, "all", [{ device: "tablet", person: "ann" }])).toEqual(["ann", "bob", "bob"]);
});
