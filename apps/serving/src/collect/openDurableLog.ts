import { randomBytes } from "node:crypto";
import { hostname } from "node:os";
import { join } from "node:path";
import type { Logger } from "@shortlist/platform";
import type { EventLog } from "../ports/eventLog";
import type { SpoolDisk } from "../ports/spoolDisk";
import { createDurableLog, type DurableLog } from "./durableLog";
import { Spool } from "./spool";
import { formatOwner } from "./spoolOwner";
import { SpoolReplayer } from "./spoolReplayer";

/** What waits is at most this much older than the log's return; a look at a folder costs nothing. */
const TEND_MS = 500;

export interface OpenDurableLog extends DurableLog {
  bytes(): number;
  oldestAgeMs(): number;
  /** Ends without waiting for the log: what is spooled stays on the disk for the next process. */
  close(): Promise<void>;
}

/** The event log of one process with its spool under `stateDir` and the replayer that empties it. */
export function openDurableLog(o: {
  log: EventLog;
  isLogUp: () => boolean;
  disk: SpoolDisk;
  stateDir: string;
  maxBytes: number;
  logger: Logger;
  /** Wall clock, ms. */
  now: () => number;
  onSpooled: (events: number) => void;
  onReplayed: (events: number) => void;
}): OpenDurableLog {
  const { disk, now } = o;
  const root = join(o.stateDir, "spool");
  const createNonce = () => randomBytes(6).toString("hex");
  const self = { pid: process.pid, nonce: createNonce(), host: hostname() };
  const own: Spool = new Spool({
    disk,
    folder: join(root, formatOwner(self)),
    spareBytes: () => o.maxBytes - own.bytes - replayer.adoptedBytes,
    now,
  });
  const replayer: SpoolReplayer = new SpoolReplayer({ ...o, root, self, own, isAlive, createNonce });
  const durable = createDurableLog({ log: o.log, spool: own, replayer });
  const timer = setInterval(() => void replayer.tend(), TEND_MS);
  timer.unref();
  return {
    async append(workspace, batch) {
      const appended = await durable.append(workspace, batch);
      if (appended.durability === "spool") o.onSpooled(batch.events.length + batch.quarantined.length);
      return appended;
    },
    bytes: () => own.bytes + replayer.adoptedBytes,
    oldestAgeMs: () => (replayer.oldestAtMs === null ? 0 : Math.max(0, now() - replayer.oldestAtMs)),
    async close() {
      clearInterval(timer);
      await replayer.close();
    },
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Not allowed to ask means it is there.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
