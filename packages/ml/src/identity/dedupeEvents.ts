export interface DedupeInput {
  readonly eventId: string | null;
  /** Hash of the content without transport fields: equal for a retry of the same event. */
  readonly payload: string;
  readonly receivedAtMs: number;
  /** What identifies an event without an id: who, item, type, page, and the time it occurred. */
  readonly fingerprint?: {
    readonly user: string | null;
    readonly itemId: string | null;
    readonly type: string;
    readonly occurredAtMs: number;
    readonly pageId: string | null;
  };
}

/**
 * - `kept`: counts under its own id
 * - `natural`: a retry; dropped in favour of the copy received first
 * - `synthetic`: another event under a used id (bots, pre-fetchers); counts under a new id, linked to the first
 */
export type DedupeVerdict =
  | { readonly kind: "kept" }
  | { readonly kind: "natural"; readonly of: number }
  | { readonly kind: "synthetic"; readonly of: number; readonly eventId: string };

/**
 * Sorts out repeated events.
 *
 * Same id and payload: the copy received first stays. Same id, another payload: all stay, all but the first received
 * get the id `<id>~<payload>`. No id: same user, item, type, page and second of occurrence count as copies; an event
 * with neither id nor fingerprint is kept. Equal times of receipt count in the order given.
 *
 * @returns one verdict per event, in order; `of` is an index into `events`. Cost O(n log n).
 * Source: the natural/synthetic distinction of Snowplow's deduplication.
 */
export function dedupeEvents(events: readonly DedupeInput[]): DedupeVerdict[] {
  const verdicts = new Array<DedupeVerdict>(events.length);
  const order = events
    .map((_, i) => i)
    .sort((a, b) => events[a]!.receivedAtMs - events[b]!.receivedAtMs || a - b);
  const firstOfId = new Map<string, number>();
  const firstOfCopy = new Map<string, number>();
  for (const i of order) {
    const event = events[i]!;
    const copyKey = getCopyKey(event);
    const original = copyKey === null ? undefined : firstOfCopy.get(copyKey);
    if (original !== undefined) {
      verdicts[i] = { kind: "natural", of: original };
      continue;
    }
    if (copyKey !== null) firstOfCopy.set(copyKey, i);
    const first = event.eventId === null ? undefined : firstOfId.get(event.eventId);
    if (first === undefined) {
      verdicts[i] = { kind: "kept" };
      if (event.eventId !== null) firstOfId.set(event.eventId, i);
    } else verdicts[i] = { kind: "synthetic", of: first, eventId: `${event.eventId}~${event.payload}` };
  }
  return verdicts;
}

function getCopyKey({ eventId, payload, fingerprint: f }: DedupeInput): string | null {
  if (eventId !== null) return JSON.stringify([eventId, payload]);
  if (f === undefined) return null;
  return JSON.stringify([f.user, f.itemId, f.type, Math.floor(f.occurredAtMs / 1000), f.pageId, null]);
}
