import * as z from "zod";

/**
 * What a job's child process says to its worker over IPC. The child is started with the job's id as its only
 * argument and reads the row itself. It ends by itself when the channel closes: without a worker nobody would
 * keep its heartbeat, and another attempt may already run.
 */
export const ChildMessage = z.discriminatedUnion("type", [
  z.object({ type: z.literal("progress"), pct: z.number(), step: z.string() }),
  z.object({ type: z.literal("log"), line: z.string() }),
  z.object({ type: z.literal("done"), result: z.record(z.string(), z.unknown()) }),
  /** A reason a person can read. `retryable` when the same run may well succeed a moment later. */
  z.object({ type: z.literal("error"), message: z.string(), retryable: z.boolean().optional() }),
]);
export type ChildMessage = z.infer<typeof ChildMessage>;

/** The worker that started this process; a process that lost its parent gets another one at once. */
const workerPid = process.ppid;

/** Ends this process when its worker is gone. To be called first in every child. */
export function endWithWorker(): void {
  process.once("disconnect", () => process.exit(1));
}

/**
 * Sends one message; resolves when it is handed over, so that a last word is not cut off by exiting. Ends the
 * process when the worker is gone: minutes of computing hold back the event that would say so, and another attempt
 * may already run beside this one.
 */
export function tellWorker(message: ChildMessage): Promise<void> {
  if (process.send !== undefined && process.ppid !== workerPid) process.exit(1);
  return new Promise((resolve, reject) => {
    if (process.send === undefined) return resolve();
    process.send(message, undefined, {}, (error) => (error === null ? resolve() : reject(error)));
  });
}
