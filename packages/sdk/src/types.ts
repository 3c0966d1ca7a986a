import type { InteractionType, RecommendRequest, RecommendResponse } from "@shortlist/contracts";

/** Who shops. Signed in: both ids once, so that what was done before signing in counts. */
export interface Shopper {
  readonly userId?: string;
  readonly anonymousId?: string;
}

type Optional<T, K extends keyof T> = Omit<T, K> & { [P in K]?: T[P] | undefined };
/** A request for a slate. Who shops and the request's id are put in when left out. */
export type SlateRequest = Optional<RecommendRequest, "n" | "context" | "personalize" | "requestId">;

export type SlateItem = RecommendResponse["items"][number];

export interface Slate {
  readonly items: readonly SlateItem[];
  readonly requestId: string;
  /** Where the items came from: the server, the last slate this browser got for the surface, or `fallbackItems`. */
  readonly origin: "server" | "last_slate" | "fallback_items";
  /** What the server says of its answer; null when it did not give one in time. */
  readonly metadata: RecommendResponse["metadata"] | null;
  /** Why the server's answer is missing; null when it is not. */
  readonly problem: string | null;
}

/** What a shopper did. The event's id, its time and who shops are put in. */
export interface ShopEvent {
  readonly type: InteractionType;
  readonly itemId?: string;
  /** The slate the item was shown in, and where in it: joins clicks with what was shown. */
  readonly requestId?: string;
  readonly position?: number;
  readonly surface?: string;
  readonly value?: number;
  readonly currency?: string;
  readonly quantity?: number;
  readonly context?: Readonly<Record<string, unknown>>;
}

/** An event as it waits and as it is sent. */
export interface QueuedEvent extends ShopEvent, Shopper {
  readonly eventId: string;
  readonly occurredAt: string;
}

/** An event the server did not take, with what is wrong with it. */
export interface RefusedEvent {
  readonly event: QueuedEvent;
  readonly errors: readonly { readonly field: string; readonly problem: string }[];
}

/** The part of `localStorage` that is used. */
export interface KeyValueStore {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

export interface ShortlistOptions {
  /** Address of the serving API. */
  readonly url: string;
  /** An API key with the scopes recommend and events; it is public in a browser. */
  readonly key: string;
  /** Answered when the server does not answer in time and no earlier slate is at hand. */
  readonly fallbackItems?: readonly string[];
  /** A page waits this long for a slate. Default 400 ms. */
  readonly timeoutMs?: number;
  /** Told of events the server refused; they are not sent again. */
  readonly onRefused?: (refused: RefusedEvent) => void;
  /** Default: `localStorage` where there is one, else memory. */
  readonly store?: KeyValueStore;
  /** For tests and other runtimes. */
  readonly environment?: Partial<Environment>;
}

/** Time, randomness, network and timers: all that is not a computation. */
export interface Environment {
  readonly fetch: typeof fetch;
  readonly now: () => number;
  /** Fills the array with random bytes. */
  readonly fillRandom: (bytes: Uint8Array<ArrayBuffer>) => void;
  readonly setTimeout: (run: () => void, ms: number) => unknown;
  readonly clearTimeout: (timer: unknown) => void;
  /** Hands a body to the browser to send after the page is gone; false when it will not. Null where there is none. */
  readonly sendBeacon: ((url: string, body: string) => boolean) | null;
  /** Calls back when the page may be gone soon, and when the network is back. Returns what removes both. */
  readonly listen: (on: { leaving: () => void; online: () => void }) => () => void;
}
