import { randomUUID } from "node:crypto";
import type { StoredInteraction } from "@shortlist/contracts";
import { nodeSpoolDisk } from "../adapters/nodeSpoolDisk";
import type { SpoolDisk } from "../ports/spoolDisk";

/** The local disk, with writes and syncs that fail as long as `fault` names an error. */
export function createFaultyDisk(): SpoolDisk & { fault: "ENOSPC" | "EIO" | null } {
  return {
    ...nodeSpoolDisk,
    fault: null,
    async create(path) {
      const file = await nodeSpoolDisk.create(path);
      return {
        ...file,
        write: async (bytes, position) => {
          if (this.fault !== "ENOSPC") return file.write(bytes, position);
          // A full disk takes what still fits.
          await file.write(bytes.subarray(0, bytes.length >> 1), position);
          throw Object.assign(new Error("no space left on device"), { code: this.fault });
        },
        sync: async () => {
          if (this.fault === "EIO") throw Object.assign(new Error("i/o error"), { code: this.fault });
          await file.sync();
        },
      };
    },
  };
}

export function createStored(changes: Partial<StoredInteraction> = {}): StoredInteraction {
  return {
    eventId: randomUUID(),
    type: "view",
    itemId: "item-1",
    shopper: "a".repeat(22),
    anonymousShopper: null,
    sessionId: null,
    requestId: null,
    position: null,
    surface: null,
    occurredAtMs: 1,
    receivedAtMs: 1,
    value: null,
    currency: null,
    quantity: null,
    context: {},
    ...changes,
  };
}
