export interface BreakerPolicy {
  /** So many failures one after another open it. */
  readonly failuresInARow: number;
  /** So does this share of the calls of a window, once there were `callsMin` of them. */
  readonly failureShare: number;
  readonly callsMin: number;
  readonly windowMs: number;
  /** How long it stays open the first time; twice as long after each probe that fails. */
  readonly openMs: number;
  readonly openMsMax: number;
}

/** Half of the calls failing is no luck; an outage of a second or two costs at most one second more. */
export const DEFAULT_BREAKER: BreakerPolicy = {
  failuresInARow: 5,
  failureShare: 0.5,
  callsMin: 20,
  windowMs: 5_000,
  openMs: 1_000,
  openMsMax: 10_000,
};

/**
 * Keeps callers from a dependency that does not answer: waiting for it costs every request its budget, and asking keeps
 * it down. Closed: all calls pass. Open: none does. Half-open: one at a time tries, and what comes of it decides. No
 * clock of its own: times come with the calls.
 */
export class Breaker {
  state: "closed" | "open" | "half_open" = "closed";
  /** Failures in a row while it is closed; those that opened it while it is not. */
  failures = 0;
  sinceMs: number;
  private windowStartMs: number;
  private windowCalls = 0;
  private windowFailures = 0;
  private openMs: number;
  private openUntilMs = 0;
  /** A probe that was let through and has not come back; it is given up for lost after `openMs`. */
  private probeUntilMs = 0;

  constructor(
    nowMs: number,
    private readonly policy: BreakerPolicy = DEFAULT_BREAKER,
  ) {
    this.sinceMs = nowMs;
    this.windowStartMs = nowMs;
    this.openMs = policy.openMs;
  }

  /** Whether the call may be made. One that may must be followed by `succeed` or `fail`. */
  admits(nowMs: number): boolean {
    if (this.state === "closed") return true;
    if (this.state === "open") {
      if (nowMs < this.openUntilMs) return false;
      this.enter("half_open", nowMs);
    } else if (nowMs < this.probeUntilMs) return false;
    this.probeUntilMs = nowMs + this.policy.openMs;
    return true;
  }

  succeed(nowMs: number): void {
    if (this.state === "closed") {
      this.failures = 0;
      this.count(nowMs);
      return;
    }
    // A call from before it opened says nothing of now.
    if (this.state === "open") return;
    this.failures = 0;
    this.openMs = this.policy.openMs;
    this.resetWindow(nowMs);
    this.enter("closed", nowMs);
  }

  fail(nowMs: number): void {
    if (this.state === "open") return;
    if (this.state === "half_open") {
      this.openMs = Math.min(this.openMs * 2, this.policy.openMsMax);
      this.open(nowMs);
      return;
    }
    this.failures++;
    this.count(nowMs);
    this.windowFailures++;
    const { failuresInARow, failureShare, callsMin } = this.policy;
    const isMostlyFailing =
      this.windowCalls >= callsMin && this.windowFailures >= failureShare * this.windowCalls;
    if (this.failures < failuresInARow && !isMostlyFailing) return;
    this.failures = Math.max(this.failures, isMostlyFailing ? this.windowFailures : 0);
    this.open(nowMs);
  }

  private count(nowMs: number): void {
    if (nowMs - this.windowStartMs >= this.policy.windowMs) this.resetWindow(nowMs);
    this.windowCalls++;
  }

  private resetWindow(nowMs: number): void {
    this.windowStartMs = nowMs;
    this.windowCalls = 0;
    this.windowFailures = 0;
  }

  private open(nowMs: number): void {
    this.openUntilMs = nowMs + this.openMs;
    this.enter("open", nowMs);
  }

  private enter(state: Breaker["state"], nowMs: number): void {
    this.state = state;
    this.sinceMs = nowMs;
    this.probeUntilMs = 0;
  }
}
