import { hashString } from "@shortlist/ml";

/** Two shoppers in one slot only make each other's copies void now and then. */
const SLOTS = 1 << 14;

/**
 * Counts what this process has taken in of each shopper, so that a copy of their state from before an event is known to
 * be old. Fixed memory: shoppers share slots.
 */
export class ShopperEpochs {
  private readonly counts = new Uint32Array(SLOTS);

  /** After the shopper's event was stored, before it is acknowledged. */
  advance(workspace: string, shopper: string): void {
    const slot = this.slotOf(workspace, shopper);
    this.counts[slot] = this.counts[slot]! + 1;
  }

  /** Grows with every event of any of them. */
  of(workspace: string, shoppers: readonly string[]): number {
    let sum = 0;
    for (const shopper of shoppers) sum += this.counts[this.slotOf(workspace, shopper)]!;
    return sum;
  }

  private slotOf(workspace: string, shopper: string): number {
    return (hashString(shopper) ^ Math.imul(hashString(workspace), 31)) & (SLOTS - 1);
  }
}
