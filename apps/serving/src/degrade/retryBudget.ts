/**
 * How many calls to a dependency may be tried again: a tenth of them. Without a bound, retries double the load on what
 * is failing under load. Some are saved up, so that a rare failure is tried again at once.
 */
export class RetryBudget {
  private tokens: number;

  constructor(
    private readonly share = 0.1,
    private readonly tokensMax = 10,
    tokens = 3,
  ) {
    this.tokens = tokens;
  }

  /** Notes a first try. */
  earn(): void {
    this.tokens = Math.min(this.tokensMax, this.tokens + this.share);
  }

  /** Whether one more try is within the budget; takes it. */
  take(): boolean {
    // Ten times a tenth is a little less than one.
    if (this.tokens < 1 - 1e-9) return false;
    this.tokens -= 1;
    return true;
  }
}
