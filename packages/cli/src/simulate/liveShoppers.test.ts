import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InteractionEvent, RecommendRequest } from "@shortlist/contracts";
import { createShop } from "@shortlist/ml/simulation";
import { afterEach, describe, expect, it } from "vitest";
import { runLiveShoppers } from "./liveShoppers";
import type { LiveStats } from "./stats";

const shop = createShop({ seed: 3, nItems: 300, nShoppers: 80, days: 14, endMs: Date.UTC(2026, 2, 1) });
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A storefront API of a few lines that checks what it is sent against the contracts. */
async function startApi(answer: "slate" | "empty" | "failure" = "slate") {
  const seen = {
    requests: 0,
    keys: new Set<string>(),
    events: [] as InteractionEvent[],
    eventIds: new Set<string>(),
  };
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    const body = JSON.parse(text);
    seen.keys.add(String(request.headers.authorization));
    if (answer === "failure") return void response.writeHead(503).end("away");
    response.setHeader("content-type", "application/json");
    if (request.url === "/v1/events") {
      for (const event of body.events) seen.events.push(InteractionEvent.parse(event));
      return void response.end(JSON.stringify({ accepted: body.events.length, rejected: [] }));
    }
    const { n } = RecommendRequest.parse(body);
    seen.requests++;
    const items = shop.items
      .slice(0, answer === "empty" ? 0 : n)
      .map(({ itemId }, position) => ({ itemId, position }));
    const metadata = { requestId: `request-${seen.requests}`, degradation: { rung: 1 } };
    response.end(JSON.stringify({ items, metadata }));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const common = { apiKey: "secret", rps: 150, shop, now: Date.now, signal: new AbortController().signal };

describe("runLiveShoppers", () => {
  it("asks at the given rate and reports valid events for what shoppers did", async () => {
    const { seen, baseUrl } = await startApi();
    const reports: LiveStats[] = [];
    const onStats = (stats: LiveStats) => reports.push(stats);
    const stats = await runLiveShoppers({ ...common, baseUrl, durationSeconds: 2.2, onStats });
    expect(stats.errors, String(stats.lastError)).toBe(0);
    expect(stats.requests).toBeGreaterThan(0.85 * 2.2 * 150);
    expect(stats.requests).toBeLessThan(1.1 * 2.2 * 150);
    expect(seen.requests).toBe(stats.requests);
    expect(seen.events.length).toBe(stats.events);
    expect(seen.events.filter(({ type }) => type === "click").length).toBe(stats.clicks);
    expect(stats.clicks).toBeGreaterThan(0);
    expect(stats.rungs[1]).toBe(stats.requests);
    expect(new Set(seen.events.map(({ eventId }) => eventId)).size).toBe(seen.events.length);
    expect([...seen.keys]).toEqual(["Bearer secret"]);
    expect(reports.length).toBeGreaterThanOrEqual(3);
    expect(reports[0]!.latencyMsP50).toBeGreaterThan(0);
  });

  it("stops soon after the signal", async () => {
    const { baseUrl } = await startApi();
    const startedMs = Date.now();
    await runLiveShoppers({ ...common, baseUrl, signal: AbortSignal.timeout(300) });
    expect(Date.now() - startedMs).toBeLessThan(2_000);
  });

  it("counts empty slates and failures, and goes on", async () => {
    const empty = await startApi("empty");
    const onEmpty = await runLiveShoppers({ ...common, baseUrl: empty.baseUrl, durationSeconds: 0.3 });
    expect(onEmpty.emptySlates).toBe(onEmpty.requests);
    expect(onEmpty.clickRate).toBeNull();
    const failing = await startApi("failure");
    const onFailure = await runLiveShoppers({ ...common, baseUrl: failing.baseUrl, durationSeconds: 0.3 });
    expect(onFailure.errors).toBe(onFailure.requests);
    expect(onFailure.lastError).toContain("503");
  });
});
