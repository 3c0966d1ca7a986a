// Whether what arrives is read in time, before the streams have to drop it (S4).

export type StreamKind = "events" | "quarantine" | "slates" | "shadows";

/** How far one consumer group is with one stream. */
export interface GroupLag {
  readonly stream: string;
  readonly kind: StreamKind;
  readonly group: string;
  readonly length: number;
  /** Beyond this the stream drops its oldest entries, read or not. */
  readonly lengthMax: number;
  /** Entries not acknowledged: never delivered, or delivered and unfinished. */
  readonly unread: number;
  readonly unfinished: number;
  /** When the oldest of them was written; null when all are acknowledged. */
  readonly oldestUnreadAtMs: number | null;
  /** The stream dropped entries that the group was not given; seen until the group reads on. */
  readonly hasLost: boolean;
}

export type LagState = "ok" | "behind" | "losing" | "lost";

export interface LagVerdict {
  readonly state: LagState;
  readonly sentence: string;
}

/** With more of the stream unread than this, it is about to drop what nobody has read. */
export const LOSING_SHARE = 0.8;
/** Archiving is promised within 5 s and features within 10; a minute is no hiccup. */
export const BEHIND_AGE_MS = 60_000;

const READERS: Readonly<Record<string, string>> = {
  archiver: "archiver",
  features: "feature worker",
};

/**
 * - `lost`: entries were dropped unread
 * - `losing`: more than 80 % of what the stream can hold is unread; soon some of it will be dropped
 * - `behind`: the oldest unread entry is more than a minute old
 */
export function decideLag(lag: GroupLag, nowMs: number): LagVerdict {
  const reader = READERS[lag.group] ?? lag.group;
  if (lag.hasLost)
    return {
      state: "lost",
      sentence: `Entries of the ${lag.kind} stream were dropped before the ${reader} read them; ${format(lag.unread)} wait.`,
    };
  const share = lag.unread / lag.lengthMax;
  if (share > LOSING_SHARE)
    return {
      state: "losing",
      sentence: `${format(lag.unread)} entries of the ${lag.kind} stream wait for the ${reader}, ${Math.round(100 * share)} % of the ${format(lag.lengthMax)} it can hold; beyond that the oldest are dropped.`,
    };
  const ageMs = lag.oldestUnreadAtMs === null ? 0 : nowMs - lag.oldestUnreadAtMs;
  if (ageMs > BEHIND_AGE_MS)
    return {
      state: "behind",
      sentence: `The oldest of ${format(lag.unread)} entries that wait for the ${reader} is ${formatAge(ageMs)} old; a few seconds are expected.`,
    };
  return { state: "ok", sentence: `${format(lag.unread)} entries wait for the ${reader}.` };
}

/** The worst of several partitions, for one line in a list; null when all are in order. */
export function findWorstLag(
  lags: readonly GroupLag[],
  nowMs: number,
): { readonly lag: GroupLag; readonly verdict: LagVerdict } | null {
  let worst: { lag: GroupLag; verdict: LagVerdict } | null = null;
  for (const lag of lags) {
    const verdict = decideLag(lag, nowMs);
    if (verdict.state === "ok") continue;
    if (worst === null || isWorse({ lag, verdict }, worst)) worst = { lag, verdict };
  }
  return worst;
}

const ORDER: readonly LagState[] = ["ok", "behind", "losing", "lost"];

function isWorse(
  a: { lag: GroupLag; verdict: LagVerdict },
  b: { lag: GroupLag; verdict: LagVerdict },
): boolean {
  const byState = ORDER.indexOf(a.verdict.state) - ORDER.indexOf(b.verdict.state);
  if (byState !== 0) return byState > 0;
  return (a.lag.oldestUnreadAtMs ?? Infinity) < (b.lag.oldestUnreadAtMs ?? Infinity);
}

function format(n: number): string {
  return n.toLocaleString("en-US");
}

function formatAge(ms: number): string {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 2 * 24 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} days`;
}
