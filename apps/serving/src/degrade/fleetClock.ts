/** Clocks that differ by less are as good as the same: schedules are kept to the minute. */
const TOLERANCE_MS = 1_000;

/**
 * Wall-clock time that does not follow jumps of the machine's clock: it runs with the monotonic clock from the time the
 * process began, and is set by Redis's clock, which all replicas share, whenever that says something else. With Redis
 * away a wrong clock at the start stays wrong, and a right one stays right.
 */
export class FleetClock {
  private offsetMs: number;

  constructor(
    private readonly monotonic: () => number,
    wallClock: () => number,
  ) {
    this.offsetMs = wallClock() - monotonic();
  }

  /** Whole milliseconds, as every wall clock gives: they go into events, and archives keep them as integers. */
  readonly now = (): number => Math.floor(this.monotonic() + this.offsetMs);

  /** Takes in what Redis's clock said between two times of the monotonic clock. @returns by how much it was set, ms */
  correct(redisMs: number, askedAtMs: number, answeredAtMs: number): number {
    const offByMs = redisMs - (askedAtMs + answeredAtMs) / 2 - this.offsetMs;
    // Within half the round trip nobody knows.
    if (Math.abs(offByMs) <= TOLERANCE_MS + (answeredAtMs - askedAtMs) / 2) return 0;
    this.offsetMs += offByMs;
    return offByMs;
  }
}
