import { expect, it } from "vitest";
import { startRedisServer } from "../testing/redisServer";
import { startReplica } from "../testing/replicaFixture";

it("a block that is acknowledged while Redis is away holds on the very next request, also for related items", async () => {
  const server = await startRedisServer();
  const test = await startReplica(server.url);
  try {
    const userId = "hides-while-away";
    const readIds = (body: unknown) => (body as { items: { itemId: string }[] }).items.map((i) => i.itemId);
    const ask = async () => {
      const slate = await test.post("/v1/recommend", { surface: "home_feed", userId, n: 10 });
      expect(slate.status).toBe(200);
      return readIds(slate.body);
    };
    const relate = async () => readIds((await test.get(`/v1/items/item-5/related?userId=${userId}`)).body);
    await server.stop();
    await expect.poll(() => test.replica.status().redis).toBe("down");
    const [shown] = await ask();
    const [related] = await relate();
    const hide = (itemId: string, n: number) => ({
      eventId: `0192f0c4-1111-7000-8000-00000000000${n}`,
      type: "hide",
      itemId,
      userId,
      occurredAt: new Date().toISOString(),
    });
    const events = await test.post("/v1/events", { events: [hide(shown!, 1), hide(related!, 2)] });
    expect(events.status).toBe(200);
    const after = await ask();
    expect(after).toHaveLength(10);
    expect(after).not.toContain(shown);
    expect(await relate()).not.toContain(related);
  } finally {
    await test.replica.close();
    await server.stop();
  }
});
