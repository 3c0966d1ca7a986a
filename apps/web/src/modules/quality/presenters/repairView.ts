import { formatCount } from "../../../lib/format";
import type { ApiOutputs } from "../../../lib/trpc/client";

type Repair = ApiOutputs["quality"]["repair"];

/** One sentence: how far it is, or what it did. */
export function repairVerdict({ receipt, checkpoint, job }: Repair): string {
  if (receipt !== null) {
    const refused = receipt.rows - receipt.released;
    const rest = refused === 0 ? "None is left." : `${formatCount(refused)} are still refused.`;
    return `${formatCount(receipt.released)} of ${formatCount(receipt.rows)} rows were released. ${rest}`;
  }
  const released = formatCount(checkpoint?.released ?? 0);
  switch (job?.state) {
    case "failed":
      return `Stopped after ${released} released rows. A retry goes on from there.`;
    case "cancelled":
      return `Cancelled after ${released} released rows. What was released stays; a retry goes on from there.`;
    case "running":
      return `${released} rows are released so far.`;
    default:
      return "Waiting for a worker.";
  }
}
