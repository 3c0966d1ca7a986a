import type { DurableLog } from "../collect/durableLog";
import type { RecentBlocks } from "./recentBlocks";
import type { ShopperEpochs } from "./shopperEpochs";

/** The event log, telling before events are acknowledged which shoppers' copies are old and what was hidden. */
export function noteEvents(
  log: DurableLog,
  { epochs, blocks }: { epochs: ShopperEpochs; blocks: RecentBlocks },
): DurableLog {
  return {
    async append(workspace, batch) {
      try {
        return await log.append(workspace, batch);
      } finally {
        // Also when it failed: the log may have taken the events all the same.
        for (const event of batch.events) {
          const { shopper, anonymousShopper } = event;
          blocks.note(workspace, event);
          epochs.advance(workspace, shopper);
          if (anonymousShopper !== null) epochs.advance(workspace, anonymousShopper);
        }
      }
    },
  };
}
