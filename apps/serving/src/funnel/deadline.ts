/**
 * What a piece of work has cost lately, so that work the deadline cannot fit is not started (HNSW and ONNX cannot
 * be interrupted). An exponential mean over about the last twenty runs.
 */
export class CostEstimate {
  private meanMs = 0;

  observe(ms: number): void {
    this.meanMs += (ms - this.meanMs) * 0.05;
  }

  /** True when it should fit. A refusal lowers the estimate a little, so that one slow spell does not refuse for ever. */
  fits(remainingMs: number): boolean {
    if (remainingMs > 0 && this.meanMs <= remainingMs) return true;
    this.meanMs *= 0.97;
    return false;
  }
}
