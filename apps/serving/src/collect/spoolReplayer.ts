import { basename, join } from "node:path";
import { AppError, type Logger } from "@shortlist/platform";
import type { EventLog } from "../ports/eventLog";
import type { SpoolDisk } from "../ports/spoolDisk";
import { listSegments, readSegment, type Segment, type Spool, type SpooledBatch, sumBytes } from "./spool";
import { decideAdoption, formatOwner, parseOwner, type SpoolOwner } from "./spoolOwner";

/** So little is replayed in milliseconds: new events can wait for it and then go to the log again. */
const HANDOVER_BYTES_MAX = 256 * 1024;
/** Events on their way to the log at once: one pipeline, written in a few milliseconds between requests. */
const EVENTS_IN_FLIGHT_MAX = 1_000;

interface AdoptedSpool {
  readonly folder: string;
  readonly segments: Segment[];
}

export interface ReplayerOptions {
  readonly disk: SpoolDisk;
  /** Folder of all spools on this machine. */
  readonly root: string;
  readonly self: SpoolOwner;
  readonly own: Spool;
  readonly log: EventLog;
  /** Whether trying makes sense. */
  readonly isLogUp: () => boolean;
  readonly logger: Logger;
  readonly isAlive: (pid: number) => boolean;
  /** A short text that no other process draws. */
  readonly createNonce: () => string;
  /** Wall clock, ms. */
  readonly now: () => number;
  readonly onReplayed: (events: number) => void;
}

/**
 * Brings spooled events to the log, in order, by the same pipeline as new ones: this process's own, and those of
 * processes that are gone. A segment is deleted once the log has acknowledged all of it; ended in between, it is
 * sent again, and repeated events are counted once.
 */
export class SpoolReplayer {
  private readonly options: ReplayerOptions;
  private readonly adopted: AdoptedSpool[] = [];
  private isRunning = false;
  private isClosed = false;

  /** Set while the last of the own spool is on its way: new events wait for it instead of joining the spool. */
  handover: Promise<void> | null = null;

  constructor(options: ReplayerOptions) {
    this.options = options;
  }

  get adoptedBytes(): number {
    return this.adopted.reduce((sum, { segments }) => sum + sumBytes(segments), 0);
  }

  get oldestAtMs(): number | null {
    const waiting = [this.options.own, ...this.adopted].flatMap(({ segments }) => segments);
    return waiting.length === 0 ? null : Math.min(...waiting.map((segment) => segment.createdAtMs));
  }

  /** One round: shows that this process lives, looks for spools without an owner, replays what there is. */
  async tend(): Promise<void> {
    if (this.isClosed) return;
    await this.touchFolders();
    if (this.isRunning) return;
    this.isRunning = true;
    try {
      await this.adopt();
      if (!this.options.isLogUp()) return;
      for (const spool of [...this.adopted]) await this.replayAdopted(spool);
      if (this.options.own.segments.length > 0) await this.replayOwn();
    } catch (error) {
      // Everything is where it was, and the next round tries again. A log that is away is nothing new; a disk is.
      const level = error instanceof AppError ? "debug" : "warn";
      this.options.logger[level]({ err: error }, "the spool could not be replayed");
    } finally {
      this.isRunning = false;
    }
  }

  /** What is left stays on the disk, for whichever process looks next. */
  async close(): Promise<void> {
    this.isClosed = true;
    await this.options.own.seal();
  }

  private folderOf(owner: SpoolOwner): string {
    return join(this.options.root, formatOwner(owner));
  }

  private async touchFolders(): Promise<void> {
    const { disk, own, self } = this.options;
    const folders = this.adopted.map(({ folder }) => folder);
    if (own.isHolding) folders.push(this.folderOf(self));
    // Gone means taken over; the next write or read of it finds out.
    for (const folder of folders) await disk.touch(folder).catch(() => undefined);
  }

  private async adopt(): Promise<void> {
    const { disk, root, self, logger } = this.options;
    const held = new Set([
      formatOwner(self),
      ...this.adopted.map(({ folder }) => folder.slice(root.length + 1)),
    ]);
    for (const name of await disk.list(root)) {
      const owner = parseOwner(name);
      if (owner === null || held.has(name)) continue;
      const from = join(root, name);
      const untouchedMs =
        this.options.now() - (await disk.modifiedAtMs(from).catch(() => this.options.now()));
      if (!decideAdoption({ owner, self, isAlive: this.options.isAlive(owner.pid), untouchedMs })) continue;
      const folder = this.folderOf({ ...self, nonce: this.options.createNonce() });
      try {
        // First touched, then renamed: under its new name it is never seen as old.
        await disk.touch(from);
        await disk.rename(from, folder);
      } catch {
        continue; // another process was faster
      }
      const segments = await listSegments(disk, folder);
      this.adopted.push({ folder, segments });
      logger.warn(
        { spool: name, bytes: sumBytes(segments) },
        "took over the spool of a process that is gone",
      );
    }
  }

  private async replayAdopted(spool: AdoptedSpool): Promise<void> {
    while (spool.segments.length > 0) {
      await this.replaySegment(spool.segments[0]!);
      spool.segments.shift();
    }
    this.adopted.splice(this.adopted.indexOf(spool), 1);
    await this.options.disk.removeFolder(spool.folder);
  }

  private async replayOwn(): Promise<void> {
    const { own, self } = this.options;
    let endHandover: (() => void) | null = null;
    try {
      for (let next = own.segments[0]; next !== undefined; next = own.segments[0]) {
        if (own.isActive(next)) {
          // Under steady load there would always be one more event in the spool.
          if (own.bytes <= HANDOVER_BYTES_MAX && this.handover === null)
            this.handover = new Promise((resolve) => {
              endHandover = resolve;
            });
          await own.seal();
          // The write that was under way failed and left nothing.
          if (own.segments[0] !== next) continue;
        }
        await this.replaySegment(next);
        own.forget(next);
      }
      if (!own.isHolding) await this.options.disk.removeFolder(this.folderOf(self));
    } finally {
      this.handover = null;
      (endHandover as (() => void) | null)?.();
    }
  }

  private async replaySegment(segment: Segment): Promise<void> {
    const { disk, root, logger } = this.options;
    const held = await readSegment(disk, segment).catch((error: NodeJS.ErrnoException) => {
      // Taken over by another process, which replays it.
      if (error.code === "ENOENT") return null;
      throw error;
    });
    if (held === null) return;
    const { batches, tornBytes, damagedBytes } = held;
    for (let from = 0; from < batches.length; ) {
      if (this.isClosed) throw new Error("the process is ending");
      from = await this.send(batches, from);
    }
    if (tornBytes > 0) logger.info({ segment: segment.path, tornBytes }, "dropped an unfinished write");
    if (damagedBytes === 0) return disk.remove(segment.path);
    // Acknowledged events are unreadable: kept for a person to look at.
    logger.error({ segment: segment.path, damagedBytes }, "a spool file is damaged; it is set aside");
    await disk.rename(segment.path, join(root, `damaged-${basename(segment.path)}`));
  }

  /** Sends batches from the given one on, as many as may be on their way at once. @returns the next to send */
  private async send(batches: readonly SpooledBatch[], from: number): Promise<number> {
    const sending: Promise<unknown>[] = [];
    let next = from;
    let inFlight = 0;
    while (next < batches.length && inFlight < EVENTS_IN_FLIGHT_MAX) {
      const { workspace, events, quarantined } = batches[next++]!;
      sending.push(this.options.log.append(workspace, { events, quarantined }));
      inFlight += events.length + quarantined.length;
    }
    await Promise.all(sending);
    this.options.onReplayed(inFlight);
    return next;
  }
}
