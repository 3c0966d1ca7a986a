import type { SlateLogRecord } from "@shortlist/contracts";

/** Stage times of one request, in order of execution. */
export class StageTrace {
  readonly stages: SlateLogRecord["stages"] = [];
  private lastMs: number;
  private readonly now: () => number;

  constructor(startMs: number, now: () => number) {
    this.lastMs = startMs;
    this.now = now;
  }

  /** Ends a stage that began where the last one ended. */
  close(name: string, taken: number, given: number): void {
    const at = this.now();
    this.stages.push({ name, ms: roundMs(at - this.lastMs), in: taken, out: given });
    this.lastMs = at;
  }
}

/** Microseconds are as fine as the clock means anything, and keep the log short. */
export function roundMs(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
