import type { PrecomputedList } from "@shortlist/contracts";
import { expect, it } from "vitest";
import { createDegrader } from "../degrade/degrader";
import { createFixedStore, loadFixture, NO_STATE, openFunnel, slateRequest } from "../testing/loadedFixture";
import { precomputeLists } from "./precomputeLists";

const KNOWN = { ...NO_STATE, recentItems: ["item-5"], recentAtMs: [1] };
const { loaded } = await loadFixture({ nItems: 600 });
const shoppers = Array.from({ length: 12 }, (_, i) => `shopper-${i}`);

async function run(o: { funnel?: ReturnType<typeof openFunnel>; isBusy?: () => boolean }) {
  const stored = new Map<string, PrecomputedList | null>();
  const answer = await precomputeLists(
    { surface: "home_feed", shoppers: [...shoppers, shoppers[0]!] },
    {
      workspace: "shop",
      releaseId: loaded.release.releaseId,
      funnel: o.funnel ?? openFunnel(loaded, createFixedStore(KNOWN)),
      lists: {
        write: async (_of, lists) => {
          for (const [shopper, list] of lists) stored.set(shopper, list);
          return 1;
        },
      },
      isBusy: o.isBusy ?? (() => false),
      now: () => performance.now(),
      wallClock: () => 1_000,
    },
  );
  return { answer, stored };
}

it("computes each shopper once, however often they are named", async () => {
  const { answer, stored } = await run({});
  expect(answer).toMatchObject({ written: 12, skipped: [] });
  expect([...stored.keys()].sort()).toEqual([...shoppers].sort());
});

it("waits for a shopper longer than a request could", async () => {
  const deadlinesMs: number[] = [];
  const known = createFixedStore(KNOWN);
  const slow = {
    reads: 0,
    read(...[person, wanted, deadlineMs]: Parameters<typeof known.read>) {
      deadlinesMs.push(deadlineMs);
      return known.read(person, wanted, deadlineMs);
    },
  };
  expect((await run({ funnel: openFunnel(loaded, slow) })).answer.written).toBe(12);
  expect(Math.min(...deadlinesMs)).toBe(400);
  await openFunnel(loaded, slow).recommend(slateRequest());
  expect(deadlinesMs.at(-1)).toBeLessThanOrEqual(15);
});

it("leaves the rest at the first sign of pressure and says who", async () => {
  let asked = 0;
  const { answer, stored } = await run({ isBusy: () => ++asked > 5 });
  expect(answer.written).toBe(5);
  expect(answer.skipped).toHaveLength(7);
  expect(answer.skipped.every(({ reason }) => reason === "busy")).toBe(true);
  for (const { shopper } of answer.skipped) expect(stored.has(shopper)).toBe(false);
});

it.each([
  ["the online store is away", () => openFunnel(loaded, createFixedStore("down")), "state_away"],
  [
    "the surface is switched to lists",
    () => {
      const degrader = createDegrader(loaded.surfaces);
      const none = { sourcesOff: [], rankerOff: false, explorationOff: false, candidateSharePct: 100 };
      degrader.replaceSwitches({ all: { ...none, listsOnly: true } });
      return openFunnel(loaded, createFixedStore(KNOWN), { degrader });
    },
    "degraded",
  ],
])("stores nothing while %s", async (_why, open, reason) => {
  const { answer, stored } = await run({ funnel: open() });
  expect(answer.written).toBe(0);
  expect(new Set(answer.skipped.map((each) => each.reason))).toEqual(new Set([reason]));
  expect(stored.size).toBe(0);
});
