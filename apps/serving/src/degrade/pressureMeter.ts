import { AT_REST, decidePressure, type PressureState, SAMPLE_EVERY_MS } from "./pressure";

/** Told of every request that is being worked on. */
export interface Load {
  enter(): void;
  leave(): void;
}

/** How busy this process is, looked at ten times a second while requests come. */
export class PressureMeter implements Load {
  private state: PressureState = AT_REST;
  private inFlight = 0;
  private served = 0;
  private expectedAtMs: number;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly now: () => number) {
    this.expectedAtMs = now() + SAMPLE_EVERY_MS;
  }

  get pressure(): number {
    return this.state.pressure;
  }
  get step(): number {
    return this.state.step;
  }

  /** Begins from rest: what loading did to the loop is over. */
  start(): void {
    this.state = AT_REST;
    this.served = 0;
    this.expectedAtMs = this.now() + SAMPLE_EVERY_MS;
    this.timer ??= setInterval(() => this.sample(), SAMPLE_EVERY_MS);
    this.timer.unref();
  }

  stop(): void {
    if (this.timer !== null) clearInterval(this.timer);
    this.timer = null;
  }

  enter(): void {
    this.inFlight++;
    this.served++;
  }
  leave(): void {
    this.inFlight--;
  }

  private sample(): void {
    const atMs = this.now();
    // Loading a release or matching rules holds the loop too, but while nobody waits there is nothing to shed.
    const isIdle = this.served === 0 && this.inFlight === 0;
    const sample = isIdle
      ? { loopDelayMs: 0, inFlight: 0 }
      : { loopDelayMs: atMs - this.expectedAtMs, inFlight: this.inFlight };
    const elapsedMs = atMs - (this.expectedAtMs - SAMPLE_EVERY_MS);
    this.state = decidePressure(this.state, sample, elapsedMs);
    this.served = 0;
    this.expectedAtMs = atMs + SAMPLE_EVERY_MS;
  }
}
