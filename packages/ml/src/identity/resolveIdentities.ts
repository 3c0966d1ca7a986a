/** What one event says of who made it. */
export interface IdentityEvidence {
  readonly atMs: number;
  readonly anonymousId: string | null;
  readonly userId: string | null;
}

/** Texts that clients send in place of an id. Taking them for one would merge strangers. */
const SENTINELS: ReadonlySet<string> = new Set([
  "",
  "0",
  "null",
  "undefined",
  "none",
  "nan",
  "anonymous",
  "00000000-0000-0000-0000-000000000000",
]);

/** Trimmed and in lower case; null for a text that is no id. */
export function normalizeId(raw: string | null | undefined): string | null {
  if (raw === null || raw === undefined) return null;
  const id = raw.trim().toLowerCase();
  return SENTINELS.has(id) ? null : id;
}

/**
 * Who made each event.
 *
 * 1. An event with a user id belongs to that user.
 * 2. Without one: to the latest user seen on its device (anonymous id) at or before the event.
 * 3. Before the first sign-in of its device: to the first user who signs in on it — unless `known` is `as_of_event`.
 * 4. No user known: `anon:<anonymous id>`. No usable id at all: null.
 *
 * Two users of one device stay two: devices lead to users, never users to each other. `as_of_event` uses only what
 * was known at the event, which is what training rows need: later sign-ins would leak into past features.
 * Evidence at the same time counts in the order given.
 *
 * @returns in the order of `events`. Cost O(n log n).
 */
export function resolveIdentities(
  events: readonly IdentityEvidence[],
  known: "all" | "as_of_event",
): (string | null)[] {
  const order = events.map((_, i) => i).sort((a, b) => events[a]!.atMs - events[b]!.atMs || a - b);
  const latestUser = new Map<string, string>();
  const firstUser = new Map<string, string>();
  const answers = new Array<string | null>(events.length).fill(null);
  const unresolved: { index: number; device: string }[] = [];
  for (const index of order) {
    const event = events[index]!;
    const device = normalizeId(event.anonymousId);
    const user = normalizeId(event.userId);
    if (user !== null) {
      answers[index] = user;
      if (device === null) continue;
      latestUser.set(device, user);
      if (!firstUser.has(device)) firstUser.set(device, user);
    } else if (device !== null) {
      const holder = latestUser.get(device);
      answers[index] = holder ?? `anon:${device}`;
      if (holder === undefined) unresolved.push({ index, device });
    }
  }
  if (known === "all") {
    for (const { index, device } of unresolved) answers[index] = firstUser.get(device) ?? answers[index]!;
  }
  return answers;
}
