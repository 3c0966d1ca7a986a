import type { DurableLog } from "../collect/durableLog";
import type { ShopperEpochs } from "./shopperEpochs";

/** The event log, telling which shoppers' copies are old before their events are acknowledged. */
export function noteEvents(log: DurableLog, epochs: ShopperEpochs): DurableLog {
  return {
    async append(workspace, batch) {
      try {
        return await log.append(workspace, batch);
      } finally {
        // Also when it failed: the log may have taken the events all the same.
        for (const { shopper, anonymousShopper } of batch.events) {
          epochs.advance(workspace, shopper);
          if (anonymousShopper !== null) epochs.advance(workspace, anonymousShopper);
        }
      }
    },
  };
}
