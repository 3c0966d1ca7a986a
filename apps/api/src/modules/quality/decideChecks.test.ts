import type { QualityCheckName } from "@shortlist/contracts";
import { createEmptyDay, type DayStats } from "@shortlist/lake";
import { createRandom } from "@shortlist/ml";
import { describe, expect, it, test } from "vitest";
import { addDays } from "./checkDue";
import { decideChecks } from "./decideChecks";

const TODAY = "2026-11-19"; // a Thursday
const DAYS = 63;

/** An ordinary day: 1,000 events, a tenth of them purchases. */
function createDay(day: string, change: Partial<DayStats> = {}): DayStats {
  return {
    ...createEmptyDay(day),
    events: 1_000,
    byType: { view: 900, purchase: 100 },
    missing: { sessionId: 10, value: 900, position: 500 },
    context: { region: { events: 980, types: ["VARCHAR"] }, depth: { events: 500, types: ["NUMBER"] } },
    contextEvents: 1_000,
    repeated: 5,
    latenessMsP95: 2_000,
    withItem: 1_000,
    knownItems: 990,
    linked: 300,
    viewsAndClicks: 900,
    ofBots: 9,
    setAside: 20,
    ...change,
  };
}
const history = (change: (day: string, i: number) => Partial<DayStats> = () => ({})) =>
  Array.from({ length: DAYS }, (_, i) => {
    const day = addDays(TODAY, i - DAYS);
    return createDay(day, change(day, i));
  });
function check(
  name: QualityCheckName,
  today: Partial<DayStats>,
  o: { before?: DayStats[]; closed?: string[] } = {},
) {
  const rows = decideChecks({
    today: createDay(TODAY, today),
    before: o.before ?? history(),
    closedDays: new Set(o.closed ?? []),
  });
  const { state, value, sentence } = rows.find((row) => row.check === name)!;
  return { state, value, sentence };
}

describe("volume", () => {
  it.each<[string, number, string]>([
    ["as usual", 1_000, "pass"],
    ["a third more", 1_330, "pass"],
    ["six tenths more", 1_600, "warn"],
    ["twice as much", 2_000, "warn"],
    ["three times as much", 3_000, "fail"],
    ["two thirds of it", 667, "pass"],
    ["half of it", 500, "warn"],
    ["a third of it", 330, "fail"],
    ["nothing", 0, "fail"],
  ])("%s, %d events: %s", (_name, events, state) => {
    expect(check("volume", { events }).state).toBe(state);
  });

  it("expects of a weekday what that weekday brings: nothing on a day without trade is no failure", () => {
    const isThursday = (day: string) => new Date(day).getUTCDay() === 4;
    const before = history((day) => (isThursday(day) ? createEmptyDay(day) : {}));
    const empty = createEmptyDay(TODAY);
    expect(check("volume", empty, { before })).toEqual({
      state: "pass",
      value: 0,
      sentence: "No events, as on the last 8 Thursdays",
    });
    expect(check("volume", {}, { before }).state).toBe("fail");
    expect(check("volume_by_type", empty, { before }).state).toBe("pass");
    // Nothing else can be said of a day without events, and that is no pass.
    for (const name of ["nulls", "schema", "ranges", "lateness", "known_items", "set_aside"] as const)
      expect(check(name, empty, { before }).state).toBe("no_data");
  });

  it("a day of a tenth fails also where the weeks scatter by a half", () => {
    const before = history((_day, i) => ({ events: [600, 900, 1_000, 1_600][i % 4]! }));
    expect(check("volume", { events: 100 }, { before }).state).toBe("fail");
    expect(check("volume", { events: 500 }, { before }).state).toBe("pass");
    expect(check("volume", { events: 1_900 }, { before }).state).toBe("pass");
  });

  it("one odd week among eight does not move the expectation", () => {
    const before = history((_day, i) => (i === DAYS - 7 ? { events: 90_000 } : {}));
    expect(check("volume", {}, { before }).state).toBe("pass");
  });

  it("a shop younger than four weeks is told how long it takes", () => {
    const before = history().slice(-20);
    expect(check("volume", {}, { before })).toMatchObject({
      state: "no_data",
      sentence: "1,000 events; 2 more Thursdays are needed to know what to expect",
    });
  });

  it("a closed day is expected to be silent and is no example for others", () => {
    expect(check("volume", createEmptyDay(TODAY), { closed: [TODAY] })).toMatchObject({ state: "pass" });
    expect(check("volume", {}, { closed: [TODAY] })).toMatchObject({ state: "warn" });
    const thursdays = [7, 14, 21, 28, 35].map((days) => addDays(TODAY, -days));
    const before = history((day) => (thursdays.includes(day) ? createEmptyDay(day) : {}));
    expect(check("volume", {}, { before, closed: thursdays }).state).toBe("pass");
    expect(check("volume", {}, { before }).state).toBe("fail");
  });
});

describe("one thing wrong with a day, and the check that says so", () => {
  it.each<[QualityCheckName, string, Partial<DayStats>, string, RegExp]>([
    ["volume_by_type", "purchases stop", { byType: { view: 1_000 } }, "fail", /^purchase: 0 events/],
    ["volume_by_type", "all as usual", {}, "pass", /^All 2 types/],
    [
      "nulls",
      "a session id lost",
      { missing: { sessionId: 800, value: 900, position: 500 } },
      "fail",
      /^sessionId is missing in 80.0 %/,
    ],
    ["nulls", "a few more", { missing: { sessionId: 80, value: 900, position: 500 } }, "warn", /^sessionId/],
    [
      "nulls",
      "a field that is mostly absent",
      { missing: { sessionId: 10, value: 920, position: 480 } },
      "pass",
      /usual/,
    ],
    [
      "schema",
      "a field vanishes",
      { context: { region: { events: 980, types: ["VARCHAR"] } } },
      "fail",
      /vanished: depth/,
    ],
    [
      "schema",
      "a type changes",
      {
        context: { region: { events: 980, types: ["VARCHAR"] }, depth: { events: 500, types: ["VARCHAR"] } },
      },
      "fail",
      /depth \(VARCHAR\)/,
    ],
    [
      "schema",
      "a field appears",
      { context: { ...createDay(TODAY).context, color: { events: 50, types: ["VARCHAR"] } } },
      "warn",
      /new: color/,
    ],
    ["ranges", "prices in cents", { outOfRange: 100 }, "fail", /10.0 %/],
    ["ranges", "a handful", { outOfRange: 3 }, "warn", /0.30 %/],
    ["duplicates", "a tag fires twice", { repeated: 450 }, "fail", /45.0 %.*0.50 % is usual/],
    ["duplicates", "set aside ones count", { setAsideAsDuplicates: 1_000 }, "fail", /repeat/],
    ["lateness", "a queue is stuck", { latenessMsP95: 1_200_000 }, "fail", /20.0 min; 2.0 s is usual/],
    ["lateness", "slow", { latenessMsP95: 70_000 }, "warn", /70.0 s/],
    ["known_items", "ids of another catalogue", { knownItems: 100 }, "fail", /10.0 %/],
    ["known_items", "no catalogue", { knownItems: null }, "no_data", /no catalogue/],
    ["linked_shoppers", "sign-in broken", { linked: 20 }, "fail", /2.0 %.*30.0 % is usual/],
    ["bots", "a crawler", { ofBots: 400 }, "fail", /44.4 %/],
    ["set_aside", "an app release breaks events", { setAside: 1_000 }, "fail", /50.0 %/],
  ])("%s: %s", (name, _what, today, state, sentence) => {
    const found = check(name, today);
    expect(found.sentence).toMatch(sentence);
    expect(found.state).toBe(state);
  });

  it("few events are no verdict", () => {
    const names: QualityCheckName[] = ["nulls", "ranges", "duplicates", "known_items", "set_aside", "bots"];
    const few = { events: 30, withItem: 30, viewsAndClicks: 30, contextEvents: 30 };
    for (const name of names)
      expect(check(name, { ...few, setAside: 5 }), name).toMatchObject({
        state: "no_data",
        sentence: expect.stringMatching(/too few/),
      });
  });
});

test("of ordinary days, few are warned of and next to none fail", () => {
  const random = createRandom("quality");
  const normal = () => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  let warned = 0;
  let failed = 0;
  const days = 600;
  const all = Array.from({ length: days + DAYS }, (_, i) => {
    const day = addDays("2024-01-01", i);
    const weekend = new Date(day).getUTCDay() % 6 === 0 ? 0.5 : 1;
    const events = Math.round(2_000 * weekend * Math.exp(0.12 * normal()));
    const share = (p: number) =>
      Math.max(0, Math.round(events * p + Math.sqrt(events * p * (1 - p)) * normal()));
    const purchases = share(0.1);
    return createDay(day, {
      events,
      byType: { view: events - purchases, purchase: purchases },
      missing: { sessionId: share(0.01), value: events - purchases, position: share(0.5) },
      context: { region: { events: share(0.98), types: ["VARCHAR"] } },
      contextEvents: events,
      withItem: events,
      knownItems: share(0.97),
      linked: share(0.3),
      viewsAndClicks: events - purchases,
      ofBots: share(0.01),
      setAside: share(0.02),
      repeated: share(0.005),
      latenessMsP95: 2_000 * Math.exp(0.2 * normal()),
    });
  });
  for (let i = DAYS; i < all.length; i++)
    for (const { state } of decideChecks({
      today: all[i]!,
      before: all.slice(i - DAYS, i),
      closedDays: new Set(),
    })) {
      if (state === "warn") warned++;
      if (state === "fail") failed++;
    }
  expect(failed / days).toBeLessThan(0.01);
  expect(warned / days).toBeLessThan(0.03);
});
