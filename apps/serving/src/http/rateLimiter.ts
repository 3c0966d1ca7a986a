/** A token bucket per key: `burst` at once, `perSecond` in the long run. */
export class RateLimiter {
  private readonly perSecond: number;
  private readonly burst: number;
  private readonly now: () => number;
  private readonly buckets = new Map<string, { tokens: number; atMs: number }>();

  constructor(options: { perSecond: number; burst: number; now: () => number }) {
    this.perSecond = options.perSecond;
    this.burst = options.burst;
    this.now = options.now;
  }

  /** Takes one token; false when the key has none left. */
  take(key: string): boolean {
    const atMs = this.now();
    let bucket = this.buckets.get(key);
    if (bucket === undefined) {
      bucket = { tokens: this.burst, atMs };
      this.buckets.set(key, bucket);
    }
    const gained = ((atMs - bucket.atMs) / 1000) * this.perSecond;
    bucket.tokens = Math.min(this.burst, bucket.tokens + gained);
    bucket.atMs = atMs;
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
