import { join } from "node:path";
import { AppError } from "@shortlist/platform";
import type { EventBatch } from "../ports/eventLog";
import type { SpoolDisk, SpoolFile } from "../ports/spoolDisk";
import { decodeFrames, encodeFrame } from "./frames";

/** Read and parsed whole, in about 7 ms: longer would be felt by the requests that are answered meanwhile. */
const SEGMENT_BYTES_MAX = 1024 * 1024;

/** One file of a spool: frames of batches, oldest first. */
export interface Segment {
  readonly path: string;
  readonly bytes: number;
  readonly createdAtMs: number;
}

export interface SpooledBatch extends EventBatch {
  readonly workspace: string;
}

export interface SpoolOptions {
  readonly disk: SpoolDisk;
  /** This process's own folder; made when the first event needs it. */
  readonly folder: string;
  /** Bytes that may still be taken, own and adopted spools counted. */
  readonly spareBytes: () => number;
  /** Wall clock, ms. */
  readonly now: () => number;
}

interface Waiting {
  readonly frame: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}
interface Active {
  readonly file: SpoolFile;
  readonly segment: { path: string; bytes: number; createdAtMs: number };
}

/**
 * Events on this machine's disk while the log is away (invariant 4). Append-only: what arrives while a write is on
 * its way shares the next one and its sync. Nothing is deleted here; the replayer does that, segment by segment.
 */
export class Spool {
  readonly segments: Segment[] = [];
  private readonly options: SpoolOptions;
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private isWriting = false;
  private active: Active | null = null;
  private sequence = 0;
  private turn: Promise<unknown> = Promise.resolve();

  constructor(options: SpoolOptions) {
    this.options = options;
  }

  /** While true, later events must come here too, or they would overtake those that wait. */
  get isHolding(): boolean {
    return this.segments.length > 0 || this.isWriting || this.waiting.length > 0;
  }

  get bytes(): number {
    return sumBytes(this.segments);
  }

  isActive(segment: Segment): boolean {
    return this.active?.segment === segment;
  }

  /** Resolves once the disk holds the events; rejects with `log_unavailable`, and then nothing may be acknowledged. */
  append(workspace: string, { events, quarantined }: EventBatch): Promise<void> {
    const frame = encodeFrame(JSON.stringify({ workspace, events, quarantined } satisfies SpooledBatch));
    if (this.waitingBytes + frame.length > this.options.spareBytes())
      return Promise.reject(new AppError("log_unavailable", "the event log is away and the spool is full"));
    return new Promise((resolve, reject) => {
      this.waiting.push({ frame, resolve, reject });
      this.waitingBytes += frame.length;
      void this.writeAll();
    });
  }

  /** Ends the file that is being written to; later events begin another. */
  seal(): Promise<void> {
    return this.inTurn(() => this.closeActive());
  }

  /** To be called once a segment's file is gone. */
  forget(segment: Segment): void {
    const at = this.segments.indexOf(segment);
    if (at >= 0) this.segments.splice(at, 1);
  }

  private async writeAll(): Promise<void> {
    if (this.isWriting) return;
    this.isWriting = true;
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      this.waiting = [];
      await this.inTurn(() => this.write(batch));
      for (const { frame } of batch) this.waitingBytes -= frame.length;
    }
    this.isWriting = false;
  }

  private async write(batch: readonly Waiting[]): Promise<void> {
    try {
      const { file, segment } = await this.openActive();
      const bytes = Buffer.concat(batch.map(({ frame }) => frame));
      await file.write(bytes, segment.bytes);
      await file.sync();
      // Taken over by another process, it may have been replayed before these bytes came.
      if (!(await file.isInPlace())) throw new Error("the spool was taken over");
      segment.bytes += bytes.length;
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      await this.abandonActive();
      const error = new AppError("log_unavailable", "the event log is away and so is the disk", { cause });
      for (const { reject } of batch) reject(error);
    }
  }

  private async openActive(): Promise<Active> {
    if (this.active !== null && this.active.segment.bytes >= SEGMENT_BYTES_MAX) await this.closeActive();
    if (this.active !== null) return this.active;
    const { disk, folder, now } = this.options;
    const createdAtMs = now();
    const path = join(folder, formatSegment(createdAtMs, ++this.sequence));
    await disk.createFolder(folder);
    const file = await disk.create(path);
    const segment = { path, bytes: 0, createdAtMs };
    this.active = { file, segment };
    this.segments.push(segment);
    return this.active;
  }

  private async closeActive(): Promise<void> {
    const closing = this.active;
    this.active = null;
    await closing?.file.close().catch(() => undefined);
  }

  /** After a failed write or sync the file takes no more; what it held before stays, and a torn end is no frame. */
  private async abandonActive(): Promise<void> {
    const failed = this.active;
    if (failed === null) return;
    const { file, segment } = failed;
    const isOurs = await file.isInPlace();
    await file.truncate(segment.bytes).catch(() => undefined);
    await this.closeActive();
    if (isOurs && segment.bytes > 0) return;
    this.forget(segment);
    if (isOurs) await this.options.disk.remove(segment.path).catch(() => undefined);
  }

  /** One after the other: a file is not sealed in the middle of a write. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }
}

export function sumBytes(segments: readonly Segment[]): number {
  return segments.reduce((sum, segment) => sum + segment.bytes, 0);
}

/** Sorts by age; the age of what waits is read off the name, whoever wrote it. */
function formatSegment(createdAtMs: number, sequence: number): string {
  return `${String(createdAtMs).padStart(14, "0")}-${String(sequence).padStart(8, "0")}.spool`;
}

/** The segments of a folder that another process left, oldest first. */
export async function listSegments(disk: SpoolDisk, folder: string): Promise<Segment[]> {
  const names = (await disk.list(folder)).filter((name) => name.endsWith(".spool")).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      return { path, bytes: await disk.sizeOf(path), createdAtMs: Number(name.slice(0, 14)) };
    }),
  );
}

export interface ReadSegment {
  readonly batches: readonly SpooledBatch[];
  readonly tornBytes: number;
  readonly damagedBytes: number;
}

export async function readSegment(disk: SpoolDisk, segment: Segment): Promise<ReadSegment> {
  const { payloads, tornBytes, damagedBytes } = decodeFrames(await disk.read(segment.path));
  const batches = payloads.map((json) => {
    const batch = JSON.parse(json) as SpooledBatch;
    // Spools of an earlier version hold no quarantined events.
    return { ...batch, quarantined: batch.quarantined ?? [] };
  });
  return { batches, tornBytes, damagedBytes };
}
