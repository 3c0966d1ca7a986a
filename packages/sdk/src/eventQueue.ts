import type { Environment, KeyValueStore, QueuedEvent, RefusedEvent } from "./types";

/** Calls that come together travel together; later than this a page may be gone. */
const FLUSH_AFTER_MS = 1_000;
/** Well below the server's 500, and below the 64 kB that browsers send for a page that is gone. */
const BATCH_MAX = 50;
/** A day of a busy shopper without network; the oldest go first then. */
const QUEUE_MAX = 500;
const RETRY_FIRST_MS = 1_000;
const RETRY_MAX_MS = 60_000;
const STORE_KEY = "shortlist.events";

export interface EventQueue {
  add(event: QueuedEvent): void;
  /** Sends what waits; resolves when it arrived or has to wait for a retry. */
  flush(): Promise<void>;
  /** Hands what waits to the browser: nobody will be there for the answer. */
  leave(): void;
  /** Events that wait. */
  readonly size: number;
  close(): void;
}

export interface QueueOptions {
  readonly url: string;
  readonly key: string;
  readonly store: KeyValueStore;
  readonly environment: Environment;
  readonly onRefused: ((refused: RefusedEvent) => void) | undefined;
}

/**
 * Events until the server has them. They are stored before they are sent and forgotten when they were acknowledged, so
 * a closed tab or a lost network loses none; sent twice they carry the same id and count once.
 */
export function createEventQueue(o: QueueOptions): EventQueue {
  const { environment: env, store } = o;
  let waiting = load(store);
  let timer: unknown = null;
  let sending: Promise<void> | null = null;
  let failures = 0;

  // Tabs share the storage: each changes what is there now, and never writes its own list over it.
  const change = (edit: (stored: QueuedEvent[]) => QueuedEvent[]) => {
    const stored = edit(load(store)).slice(-QUEUE_MAX);
    if (stored.length === 0) store.removeItem(STORE_KEY);
    else store.setItem(STORE_KEY, JSON.stringify(stored));
  };
  const schedule = (ms: number) => {
    timer ??= env.setTimeout(() => {
      timer = null;
      void flush();
    }, ms);
  };
  const forget = (sent: readonly QueuedEvent[]) => {
    const ids = new Set(sent.map(({ eventId }) => eventId));
    const isLeft = ({ eventId }: QueuedEvent) => !ids.has(eventId);
    waiting = waiting.filter(isLeft);
    change((stored) => stored.filter(isLeft));
  };

  const send = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH_MAX);
      const outcome = await post(o, batch);
      if (outcome === "again") {
        failures++;
        // Half of the time is random: many browsers that lost the same server do not come back at once.
        const backoff = Math.min(RETRY_MAX_MS, RETRY_FIRST_MS * 2 ** (failures - 1));
        schedule(backoff / 2 + (backoff / 2) * randomShare(env));
        return;
      }
      failures = 0;
      forget(batch);
      for (const { index, errors } of outcome) {
        const event = batch[index];
        if (event !== undefined) o.onRefused?.({ event, errors });
      }
    }
  };
  const flush = (): Promise<void> => {
    sending ??= send().finally(() => {
      sending = null;
    });
    return sending;
  };
  const leave = () => {
    if (env.sendBeacon === null) return void flush();
    for (let from = 0; from < waiting.length; from += BATCH_MAX) {
      const events = waiting.slice(from, from + BATCH_MAX);
      // A beacon carries no headers, so the key travels in the body. Kept until a later visit: its fate is unknown.
      if (!env.sendBeacon(`${o.url}/v1/events`, JSON.stringify({ key: o.key, events }))) return;
    }
  };
  const stop = env.listen({ leaving: leave, online: () => void flush() });
  if (waiting.length > 0) schedule(0);

  return {
    add(event) {
      waiting.push(event);
      if (waiting.length > QUEUE_MAX) waiting = waiting.slice(-QUEUE_MAX);
      change((stored) => [...stored, event]);
      if (waiting.length >= BATCH_MAX && failures === 0) void flush();
      else schedule(FLUSH_AFTER_MS);
    },
    flush,
    leave,
    get size() {
      return waiting.length;
    },
    close() {
      stop();
      if (timer !== null) env.clearTimeout(timer);
      timer = null;
    },
  };
}

type Refusals = readonly { index: number; errors: RefusedEvent["errors"] }[];

/** What the server refused, or `again` when it did not say that it has the rest. */
async function post(o: QueueOptions, events: readonly QueuedEvent[]): Promise<Refusals | "again"> {
  try {
    const answer = await o.environment.fetch(`${o.url}/v1/events`, {
      method: "POST",
      headers: { authorization: `Bearer ${o.key}`, "content-type": "application/json" },
      body: JSON.stringify({ events }),
      keepalive: true,
    });
    if (answer.ok) return ((await answer.json()) as { rejected?: Refusals }).rejected ?? [];
    if (answer.status >= 500 || answer.status === 429 || answer.status === 408) return "again";
    // A wrong key or request will be as wrong in a minute; keeping the events would only fill the storage.
    const errors = [{ field: "(request)", problem: `the server answered ${answer.status}` }];
    return events.map((_, index) => ({ index, errors }));
  } catch {
    return "again";
  }
}

function load(store: KeyValueStore): QueuedEvent[] {
  try {
    const held = JSON.parse(store.getItem(STORE_KEY) ?? "[]") as unknown;
    return Array.isArray(held) ? (held as QueuedEvent[]).slice(-QUEUE_MAX) : [];
  } catch {
    return [];
  }
}

function randomShare(env: Environment): number {
  const byte = new Uint8Array(1);
  env.fillRandom(byte);
  return byte[0]! / 256;
}
