import type { Environment, KeyValueStore } from "./types";

export interface Call {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Record<string, unknown>;
}

/** A storefront without a browser: a clock that stands still until moved, a store, and a server that does as told. */
export function createStorefront(entries = new Map<string, string>()) {
  const calls: Call[] = [];
  const beacons: string[] = [];
  const timers = new Map<number, { atMs: number; run: () => void }>();
  let nowMs = Date.UTC(2026, 0, 1);
  let timer = 0;
  let seed = 1;
  let answer: (call: Call) => Response | Promise<Response> = () =>
    Response.json({ accepted: 1, rejected: [] });
  let on: { leaving: () => void; online: () => void } | null = null;

  const store: KeyValueStore = {
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  };
  const environment: Environment = {
    fetch: async (input, init) => {
      const call: Call = {
        path: new URL(String(input)).pathname,
        headers: init?.headers as Record<string, string>,
        body: JSON.parse(String(init?.body)) as Record<string, unknown>,
      };
      calls.push(call);
      return answer(call);
    },
    now: () => nowMs,
    fillRandom(bytes) {
      for (let i = 0; i < bytes.length; i++) {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
        bytes[i] = seed >>> 16;
      }
    },
    setTimeout(run, ms) {
      timers.set(++timer, { atMs: nowMs + ms, run });
      return timer;
    },
    clearTimeout: (id) => void timers.delete(id as number),
    sendBeacon: (_url, body) => beacons.push(body) > 0,
    listen(listeners) {
      on = listeners;
      return () => {
        on = null;
      };
    },
  };
  const settle = async () => {
    for (let i = 0; i < 20; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return {
    calls,
    beacons,
    entries,
    options: { url: "http://shop.test/", key: "slk_public", store, environment },
    serve(next: typeof answer) {
      answer = next;
    },
    leave: () => on?.leaving(),
    goOnline: () => on?.online(),
    settle,
    /** Moves the clock and runs what is due. */
    async pass(ms: number) {
      nowMs += ms;
      for (const [id, due] of [...timers].sort(([, a], [, b]) => a.atMs - b.atMs)) {
        if (due.atMs > nowMs) continue;
        timers.delete(id);
        due.run();
        await settle();
      }
      await settle();
    },
  };
}

export const slateAnswer = (...itemIds: string[]) =>
  Response.json({
    items: itemIds.map((itemId, position) => ({
      itemId,
      position,
      score: 1,
      reason: "For you",
      price: 10,
      sources: ["collaborative"],
      isSponsored: false,
    })),
    metadata: { requestId: "request-of-the-server", degradation: { rung: 0, name: "full", reasons: [] } },
  });
