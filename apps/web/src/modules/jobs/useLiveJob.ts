"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useSubscription } from "@trpc/tanstack-react-query";
import { useState } from "react";
import { useTRPC } from "@/lib/trpc/client";
import { useWorkspace } from "@/modules/shell/session";

/** How often to ask while the stream is down. */
const POLL_MS = 3_000;

export type Liveness = "live" | "polling" | "over" | "paused";

/**
 * A job kept up to date by server-sent events. When the stream fails, its row is polled instead; `liveness` says
 * which of both is at work, for people to see.
 */
export function useLiveJob(id: string, options: { isPaused: boolean }) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const { slug: workspace } = useWorkspace();
  const input = { workspace, id };
  const [isStreaming, setStreaming] = useState(false);
  const key = trpc.jobs.get.queryKey(input);
  const isOver = client.getQueryData(key)?.isOver === true;
  const isLive = !isOver && !options.isPaused;
  const job = useQuery({
    ...trpc.jobs.get.queryOptions(input),
    refetchInterval: isLive && !isStreaming ? POLL_MS : false,
  });
  useSubscription(
    trpc.jobs.watch.subscriptionOptions(input, {
      enabled: isLive,
      onStarted: () => setStreaming(true),
      onData: (data) => {
        setStreaming(true);
        client.setQueryData(key, data);
      },
      onError: () => setStreaming(false),
      onConnectionStateChange: (state) => {
        if (state.state !== "pending") setStreaming(false);
      },
    }),
  );
  const liveness: Liveness = job.data?.isOver
    ? "over"
    : options.isPaused
      ? "paused"
      : isStreaming
        ? "live"
        : "polling";
  return { job, liveness };
}
