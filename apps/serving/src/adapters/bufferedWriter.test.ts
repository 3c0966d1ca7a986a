import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { type BufferedWriterOptions, createBufferedWriter } from "./bufferedWriter";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A writer of numbers whose store answers when told to. */
function createSlowStore(changes: Partial<BufferedWriterOptions<number>> = {}) {
  const written: number[] = [];
  const answers: (() => void)[] = [];
  const dropped: number[] = [];
  const writer = createBufferedWriter<number>({
    flushMs: 50,
    bufferMax: 4,
    batchMax: 2,
    isUp: () => true,
    write: (batch) =>
      new Promise((resolve) => {
        answers.push(() => {
          written.push(...batch);
          resolve(batch.length);
        });
      }),
    onDropped: (count) => void dropped.push(count),
    ...changes,
  });
  const answerAll = async () => {
    for (let answer = answers.shift(); answer !== undefined; answer = answers.shift()) {
      answer();
      await vi.advanceTimersByTimeAsync(0);
    }
  };
  return { writer, written, dropped, answerAll, waiting: answers };
}

it("writes on closing also what came while an earlier batch was on its way", async () => {
  const store = createSlowStore();
  store.writer.push(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(store.waiting).toHaveLength(1);
  store.writer.push(2);
  store.writer.push(3);
  store.writer.push(4);
  const closed = store.writer.close();
  await store.answerAll();
  await closed;
  expect(store.written).toEqual([1, 2, 3, 4]);
  expect(store.dropped).toEqual([]);
});

it("writes one batch at a time, each in the order of arrival", async () => {
  const store = createSlowStore();
  for (const record of [1, 2, 3]) store.writer.push(record);
  await vi.advanceTimersByTimeAsync(500);
  expect(store.waiting).toHaveLength(1);
  await store.answerAll();
  expect(store.written).toEqual([1, 2, 3]);
});

it("counts what does not fit while the store is away, keeps the rest, and ends without waiting for it", async () => {
  const store = createSlowStore({ isUp: () => false });
  for (const record of [1, 2, 3, 4, 5, 6]) store.writer.push(record);
  await vi.advanceTimersByTimeAsync(500);
  expect(store.dropped).toEqual([1, 1]);
  await store.writer.close();
  expect(store.waiting).toEqual([]);
});

it("counts what a failed or partial write did not write, and goes on with the next batch", async () => {
  const batches: number[][] = [];
  const store = createSlowStore({
    write: async (batch) => {
      batches.push([...batch]);
      if (batches.length === 1) throw new Error("connection lost");
      return batch.length - 1;
    },
  });
  for (const record of [1, 2, 3, 4]) store.writer.push(record);
  await store.writer.close();
  expect(batches).toEqual([
    [1, 2],
    [3, 4],
  ]);
  expect(store.dropped).toEqual([2, 1]);
});
