import { JOBS, type JobName } from "@shortlist/contracts";
import { Queue } from "bullmq";
import { createMessageId } from "./messageId";

export const QUEUE_NAME = "jobs";
/** The braces keep all keys of the queue in one slot of a Redis Cluster. */
export const QUEUE_PREFIX = "{sl:queue}";

/** Where messages go. The row in Postgres holds the state, so a lost or repeated message changes nothing. */
export interface JobQueue {
  enqueue(
    name: JobName,
    job: { id: string; attempts: number },
    options?: { delayMs?: number },
  ): Promise<void>;
  close(): Promise<void>;
}

export function openJobQueue(redisUrl: string, prefix = QUEUE_PREFIX): JobQueue {
  const queue = new Queue(QUEUE_NAME, {
    prefix,
    // Fails at once while Redis is away: the sweeper publishes the row later.
    connection: { url: redisUrl, enableOfflineQueue: false, maxRetriesPerRequest: 1 },
  });
  queue.on("error", () => undefined);
  return {
    async enqueue(name, job, options = {}) {
      const payload = JOBS[name].payload.parse({ jobId: job.id });
      await queue.add(name, payload, {
        jobId: createMessageId(name, job.id, job.attempts),
        // The row counts attempts; a message is read once.
        attempts: 1,
        removeOnComplete: true,
        removeOnFail: true,
        ...(options.delayMs === undefined ? {} : { delay: options.delayMs }),
      });
    },
    close: () => queue.close(),
  };
}
