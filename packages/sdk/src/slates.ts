import type { RecommendResponse } from "@shortlist/contracts";
import type { Environment, KeyValueStore, Slate, SlateItem, SlateRequest } from "./types";

/** A list of yesterday is better than none, one of last week recommends what is gone. */
const LAST_SLATE_MAX_MS = 24 * 3_600_000;
const TIMEOUT_MS = 400;
const SLATE_SIZE = 20;

export interface SlateSource {
  readonly url: string;
  readonly key: string;
  readonly timeoutMs?: number | undefined;
  readonly fallbackItems?: readonly string[] | undefined;
  readonly store: KeyValueStore;
  readonly environment: Environment;
}

/** A slate within the timeout, whatever the server does; it never throws and is empty only without any fallback. */
export async function fetchSlate(
  source: SlateSource,
  request: SlateRequest & { readonly requestId: string },
): Promise<Slate> {
  const { store, environment: env } = source;
  const held = `shortlist.slate.${request.surface}`;
  const asked = await ask(source, request);
  if (typeof asked !== "string") {
    if (asked.items.length > 0) store.setItem(held, JSON.stringify({ atMs: env.now(), items: asked.items }));
    const { items, metadata } = asked;
    return { items, metadata, requestId: metadata.requestId, origin: "server", problem: null };
  }
  const n = request.n ?? SLATE_SIZE;
  const last = readLast(store.getItem(held), env.now());
  const items = last ?? (source.fallbackItems ?? []).map(toItem);
  return {
    items: items.slice(0, n).map((item, position) => ({ ...item, position })),
    requestId: request.requestId,
    origin: last === null ? "fallback_items" : "last_slate",
    metadata: null,
    problem: asked,
  };
}

/** The server's answer, or why there is none. */
async function ask(source: SlateSource, request: SlateRequest): Promise<RecommendResponse | string> {
  const { environment: env, timeoutMs = TIMEOUT_MS } = source;
  const aborting = new AbortController();
  let timer: unknown;
  const late = new Promise<string>((resolve) => {
    timer = env.setTimeout(() => {
      aborting.abort();
      resolve(`no answer within ${timeoutMs} ms`);
    }, timeoutMs);
  });
  const answered = env
    .fetch(`${source.url}/v1/recommend`, {
      method: "POST",
      headers: { authorization: `Bearer ${source.key}`, "content-type": "application/json" },
      body: JSON.stringify(request),
      signal: aborting.signal,
    })
    .then(async (answer) =>
      answer.ok
        ? ((await answer.json()) as RecommendResponse)
        : `the server answered ${answer.status}: ${(await answer.text()).slice(0, 200)}`,
    )
    .catch((error: unknown) => String((error as Error)?.message ?? error));
  const first = await Promise.race([answered, late]);
  env.clearTimeout(timer);
  return first;
}

function readLast(text: string | null, nowMs: number): readonly SlateItem[] | null {
  try {
    const held = JSON.parse(text ?? "null") as { atMs: number; items: readonly SlateItem[] } | null;
    return held !== null && nowMs - held.atMs <= LAST_SLATE_MAX_MS ? held.items : null;
  } catch {
    return null;
  }
}

function toItem(itemId: string, position: number): SlateItem {
  return {
    itemId,
    position,
    score: 0,
    reason: "Popular",
    price: null,
    sources: ["fallback"],
    isSponsored: false,
  };
}
