import type { Environment, KeyValueStore } from "./types";

/** The runtime's own, in browsers and in Node. */
export function createEnvironment(given: Partial<Environment> = {}): Environment {
  return {
    fetch: (input, init) => fetch(input, init),
    now: Date.now,
    fillRandom: (bytes) => void crypto.getRandomValues(bytes),
    setTimeout: (run, ms) => {
      const timer = setTimeout(run, ms) as unknown as { unref?: () => void };
      // A Node process must not wait for events that may be sent later; `close` sends them.
      timer.unref?.();
      return timer;
    },
    clearTimeout: (timer) => clearTimeout(timer as number),
    sendBeacon:
      typeof navigator === "object" && typeof navigator.sendBeacon === "function"
        ? (url, body) => navigator.sendBeacon(url, new Blob([body], { type: "text/plain" }))
        : null,
    listen({ leaving, online }) {
      if (typeof addEventListener !== "function") return () => undefined;
      // `pagehide` alone misses phones that discard a hidden tab.
      const hidden = () => document.visibilityState === "hidden" && leaving();
      addEventListener("pagehide", leaving);
      addEventListener("visibilitychange", hidden);
      addEventListener("online", online);
      return () => {
        removeEventListener("pagehide", leaving);
        removeEventListener("visibilitychange", hidden);
        removeEventListener("online", online);
      };
    },
    ...given,
  };
}

/** `localStorage`, which throws when it is full or forbidden, and may not be there at all; memory stands in. */
export function openStore(given?: KeyValueStore): KeyValueStore {
  const memory = new Map<string, string>();
  let lasting: KeyValueStore | null = given ?? null;
  try {
    lasting ??= globalThis.localStorage ?? null;
  } catch {
    // Forbidden by the browser's settings.
  }
  return {
    getItem(key) {
      try {
        return memory.get(key) ?? lasting?.getItem(key) ?? null;
      } catch {
        return null;
      }
    },
    setItem(key, value) {
      try {
        if (lasting === null) throw new Error("no storage");
        lasting.setItem(key, value);
        memory.delete(key);
      } catch {
        memory.set(key, value);
      }
    },
    removeItem(key) {
      memory.delete(key);
      try {
        lasting?.removeItem(key);
      } catch {
        // What cannot be removed is overwritten by memory at the next write.
      }
    },
  };
}
