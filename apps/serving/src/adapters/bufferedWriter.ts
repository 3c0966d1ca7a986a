export interface BufferedWriter<Row> {
  /** Takes a record without waiting; drops and counts it when the buffer is full. */
  push(record: Row): void;
  /** Waits for what is on its way and writes the rest; for the end of a process. */
  close(): Promise<void>;
}

export interface BufferedWriterOptions<Row> {
  readonly flushMs: number;
  readonly bufferMax: number;
  /** One batch must not hold the loop for long. */
  readonly batchMax: number;
  readonly isUp: () => boolean;
  /** Answers how many of the batch were written; a rejection means none. */
  readonly write: (batch: readonly Row[]) => Promise<number>;
  readonly onDropped: (count: number) => void;
}

/** Records off the request's path: buffered in bounded room, written in batches, one batch at a time. */
export function createBufferedWriter<Row>(o: BufferedWriterOptions<Row>): BufferedWriter<Row> {
  let buffer: Row[] = [];
  let writing: Promise<void> | null = null;

  const writeAll = async (): Promise<void> => {
    while (buffer.length > 0 && o.isUp()) {
      const batch = buffer.slice(0, o.batchMax);
      buffer = buffer.slice(batch.length);
      const written = await o.write(batch).catch(() => 0);
      if (written < batch.length) o.onDropped(batch.length - written);
    }
  };
  const flush = (): Promise<void> => {
    writing ??= writeAll().finally(() => {
      writing = null;
    });
    return writing;
  };
  const timer = setInterval(() => void flush(), o.flushMs);
  timer.unref();

  return {
    push(record) {
      if (buffer.length >= o.bufferMax) o.onDropped(1);
      else buffer.push(record);
    },
    async close() {
      clearInterval(timer);
      await flush();
    },
  };
}
