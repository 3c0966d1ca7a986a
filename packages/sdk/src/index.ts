// The storefront's client, for browsers and Node: a slate in time whatever happens, and events that arrive.
import { createEnvironment, openStore } from "./environment";
import { createEventQueue } from "./eventQueue";
import { fetchSlate } from "./slates";
import type { ShopEvent, Shopper, ShortlistOptions, Slate, SlateRequest } from "./types";
import { createUuid } from "./uuid";

export type {
  Environment,
  KeyValueStore,
  QueuedEvent,
  RefusedEvent,
  ShopEvent,
  Shopper,
  ShortlistOptions,
  Slate,
  SlateItem,
  SlateRequest,
} from "./types";

export interface Shortlist {
  /** Says who shops from now on. Without it every browser has an anonymous id of its own. */
  identify(shopper: Shopper): void;
  /** A slate; never throws, and answers within the timeout. */
  recommend(request: SlateRequest): Promise<Slate>;
  /** Notes what a shopper did; it is sent soon, again until it arrived, and counts once. */
  track(event: ShopEvent): void;
  /** `track` for an item of a slate: click, add_to_cart, … joined with what was shown. */
  trackItem(slate: Slate, itemId: string, event: ShopEvent): void;
  /** Sends what waits. */
  flush(): Promise<void>;
  /** Sends what waits and stops; a Node process calls it before it ends. */
  close(): Promise<void>;
  /** Events that did not arrive yet. */
  readonly pendingEvents: number;
}

const ANONYMOUS_KEY = "shortlist.anonymousId";

export function createShortlist(options: ShortlistOptions): Shortlist {
  const environment = createEnvironment(options.environment);
  const store = openStore(options.store);
  const url = options.url.replace(/\/+$/, "");
  const newId = () => createUuid(environment.now(), environment.fillRandom);
  const queue = createEventQueue({
    url,
    key: options.key,
    store,
    environment,
    onRefused: options.onRefused,
  });
  const source = { ...options, url, store, environment };

  const getAnonymousId = () => {
    const held = store.getItem(ANONYMOUS_KEY);
    if (held !== null) return held;
    const made = newId();
    store.setItem(ANONYMOUS_KEY, made);
    return made;
  };
  let shopper: Shopper | null = null;
  const who = (): Shopper => shopper ?? { anonymousId: getAnonymousId() };
  const track = (event: ShopEvent) =>
    queue.add({
      ...who(),
      ...event,
      eventId: newId(),
      occurredAt: new Date(environment.now()).toISOString(),
    });

  return {
    identify(next) {
      // Both ids together, so that what this browser did before is the same person's.
      shopper = next.anonymousId === undefined ? { anonymousId: getAnonymousId(), ...next } : next;
    },
    recommend: (request) =>
      fetchSlate(source, { ...who(), ...request, requestId: request.requestId ?? newId() }),
    track,
    trackItem(slate, itemId, event) {
      const position = slate.items.find((item) => item.itemId === itemId)?.position;
      track({
        itemId,
        requestId: slate.requestId,
        ...(position === undefined ? {} : { position }),
        ...event,
      });
    },
    flush: queue.flush,
    async close() {
      await queue.flush();
      queue.close();
    },
    get pendingEvents() {
      return queue.size;
    },
  };
}
