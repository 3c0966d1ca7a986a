import type { SlateLogRecord } from "@shortlist/contracts";

export interface SlateSink {
  /** Takes a record without waiting; drops and counts it when the buffer is full. */
  push(record: SlateLogRecord): void;
  readonly dropped: number;
  /** Writes what is buffered; for the end of a process. */
  close(): Promise<void>;
}
