/** Counts and recent latencies for the heartbeat, in fixed memory. */
export class ReplicaStats {
  private readonly latencies = new Float64Array(1024);
  private filled = 0;
  private next = 0;
  private lastRequests = 0;
  private lastAtMs: number;
  requests = 0;
  gateViolations = 0;
  readonly rungCounts = [0, 0, 0, 0, 0];

  constructor(nowMs: number) {
    this.lastAtMs = nowMs;
  }

  observe(latencyMs: number, rung: number, gateViolations: number): void {
    this.requests++;
    this.rungCounts[rung]!++;
    this.gateViolations += gateViolations;
    this.latencies[this.next] = latencyMs;
    this.next = (this.next + 1) % this.latencies.length;
    this.filled = Math.min(this.filled + 1, this.latencies.length);
  }

  /** Requests a second since the last call. */
  rate(nowMs: number): number {
    const seconds = (nowMs - this.lastAtMs) / 1000;
    const rate = seconds <= 0 ? 0 : (this.requests - this.lastRequests) / seconds;
    this.lastAtMs = nowMs;
    this.lastRequests = this.requests;
    return Math.round(rate * 10) / 10;
  }

  /** Latency quantile over the last 1,024 requests; null before the first. */
  quantile(q: number): number | null {
    if (this.filled === 0) return null;
    const sorted = this.latencies.slice(0, this.filled).sort();
    return sorted[Math.min(this.filled - 1, Math.floor(q * this.filled))]!;
  }
}
