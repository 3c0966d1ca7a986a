import { requireEnv } from "@shortlist/testing";
import { afterAll, beforeAll, expect, it } from "vitest";
import { withoutDeadlines } from "../testing/loadedFixture";
import { startReplica, type TestReplica } from "../testing/replicaFixture";

let test: TestReplica;
let isBroken = false;
beforeAll(async () => {
  test = await startReplica(requireEnv("TEST_REDIS_URL"), {
    // Where no breaker or deadline stands: between the sources and the ranker.
    alter: (loaded) => ({
      ...withoutDeadlines(loaded),
      filler: {
        ...loaded.filler,
        prepare(shopper) {
          if (isBroken) throw new Error("a defect");
          loaded.filler.prepare(shopper);
        },
      },
    }),
  });
});
afterAll(() => test.replica.close());

it("a defect nobody foresaw costs the shopper the ranking, not the slate, and never shows what they hid", async () => {
  // Another number each time: the same question would be answered from the cache.
  const ask = async (n: number) => {
    const { status, body } = await test.post("/v1/recommend", {
      surface: "home_feed",
      userId: "hides-the-best",
      n,
    });
    expect(status).toBe(200);
    return body as unknown as {
      items: { itemId: string }[];
      metadata: { degradation: { rung: number; reasons: string[] } };
    };
  };
  isBroken = true;
  const [hidden] = (await ask(10)).items;
  isBroken = false;
  const eventId = "0192f0c4-1111-7000-8000-000000000001";
  const event = { eventId, type: "hide", itemId: hidden!.itemId, userId: "hides-the-best" };
  await test.post("/v1/events", { events: [{ ...event, occurredAt: new Date().toISOString() }] });
  expect((await ask(11)).metadata.degradation.rung).toBe(0);
  isBroken = true;
  const answer = await ask(12);
  expect(answer.items).toHaveLength(12);
  expect(answer.items.map(({ itemId }) => itemId)).not.toContain(hidden!.itemId);
  expect(answer.metadata.degradation).toMatchObject({ rung: 4, reasons: ["funnel_failed"] });
  const metrics = await test.get("/metrics");
  expect(metrics.text).toContain('shortlist_failed_slates_total{surface="home_feed"} 2');
});
