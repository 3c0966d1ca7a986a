import type { SlateLogRecord } from "@shortlist/contracts";

export interface SlateSink {
  /**
   * Takes a record without waiting; drops and counts it when the buffer is full.
   * @param written the record's JSON, where somebody has written it already
   */
  push(record: SlateLogRecord, written?: Buffer): void;
  readonly dropped: number;
  /** Writes what is buffered; for the end of a process. */
  close(): Promise<void>;
}
