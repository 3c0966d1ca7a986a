import type { JobName } from "@shortlist/contracts";

/**
 * Id of the queue message that says "look at this row". One per row and attempt, so adding it again while it
 * waits does nothing, and a later attempt is never mistaken for an earlier one.
 *
 * BullMQ refuses ids that hold `:` or are all digits.
 */
export function createMessageId(name: JobName, jobId: string, attempts: number): string {
  return `${name}-${jobId}-${attempts}`.replaceAll(/[^A-Za-z0-9._-]/g, "_");
}
