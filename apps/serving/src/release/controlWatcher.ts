import { type ControlDocument, redisKeys } from "@shortlist/contracts";
import type { Redis } from "ioredis";
import { parseControlDocument } from "./controlStore";

/** A missed message costs at most this much. */
const POLL_MS = 2_000;

/**
 * Follows the control documents in Redis: at once by pub/sub, by polling when a message was missed. With Redis away
 * nothing happens, and what is served stays.
 */
export function watchControl(options: {
  redis: Redis;
  subscriber: Redis;
  onDocuments: (documents: readonly ControlDocument[]) => void;
}): { refresh(): Promise<void>; close(): void } {
  const { redis, subscriber } = options;
  const refresh = async () => {
    if (redis.status !== "ready") return;
    try {
      const held = await redis.hgetall(redisKeys.control);
      const documents = Object.values(held).map(parseControlDocument);
      options.onDocuments(documents.filter((document) => document !== null));
    } catch {
      // The next poll tries again.
    }
  };
  const subscribe = () => {
    subscriber.subscribe(redisKeys.controlChanged).catch(() => undefined);
    void refresh();
  };
  subscriber.on("ready", subscribe);
  subscriber.on("message", () => void refresh());
  if (subscriber.status === "ready") subscribe();
  const timer = setInterval(() => void refresh(), POLL_MS);
  return {
    refresh,
    close: () => clearInterval(timer),
  };
}
