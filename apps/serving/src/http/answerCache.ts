/** Long enough for a client's retries, short enough that nobody is served yesterday's slate. */
const KEEP_MS = 60_000;

/**
 * Answers by the client's own request id, so that a retry gets the same slate and is logged once (S6). In this
 * process only: a retry on another connection may reach another process and is then answered anew.
 */
export class AnswerCache {
  private readonly entries = new Map<string, { answer: string; atMs: number }>();
  private readonly maxEntries: number;

  /** At about 4 kB an answer the default takes 8 MB. */
  constructor(maxEntries = 2_000) {
    this.maxEntries = maxEntries;
  }

  find(key: string, nowMs: number): string | null {
    const held = this.entries.get(key);
    return held !== undefined && nowMs - held.atMs <= KEEP_MS ? held.answer : null;
  }

  put(key: string, answer: string, nowMs: number): void {
    this.entries.delete(key);
    this.entries.set(key, { answer, atMs: nowMs });
    if (this.entries.size > this.maxEntries) this.entries.delete(this.entries.keys().next().value as string);
  }
}
