import { JOBS } from "@shortlist/contracts";
import { Worker } from "bullmq";
import type { AppContext } from "../context";
import { isJobName } from "../modules/jobs/decide";
import { QUEUE_NAME, QUEUE_PREFIX } from "./queue";
import { type RunOptions, runJob } from "./runJob";

/** Reads messages one at a time: a training run wants the memory and both cores of a small machine. */
export function startConsumer(
  ctx: AppContext,
  o: Omit<RunOptions, "signal"> & { queuePrefix?: string },
): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const worker = new Worker(
    QUEUE_NAME,
    async (message) => {
      if (!isJobName(message.name)) throw new Error(`no such job: ${message.name}`);
      const { jobId } = JOBS[message.name].payload.parse(message.data);
      await runJob(ctx, jobId, { ...o, signal: stopping.signal });
    },
    {
      prefix: o.queuePrefix ?? QUEUE_PREFIX,
      connection: { url: ctx.env.REDIS_URL, maxRetriesPerRequest: null },
      concurrency: 1,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    },
  );
  worker.on("error", (error) => ctx.logger.debug({ err: error }, "the queue is away"));
  worker.on("failed", (message, error) =>
    ctx.logger.error({ err: error, jobId: message?.data?.jobId }, "a job could not be run"),
  );
  return {
    async stop() {
      stopping.abort();
      await worker.close();
    },
  };
}
