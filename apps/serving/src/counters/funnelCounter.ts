import { FUNNEL_ALL, type FunnelCounts, readCount, Surface } from "@shortlist/contracts";
import type { FunnelBatch } from "@shortlist/platform";
import type { Slate } from "../funnel/types";
import { countSlate } from "./countSlate";

const MINUTE_MS = 60_000;
/** Live enough for a page, and one write per workspace in that time. */
const FLUSH_MS = 2_000;
/** How long an outage of Redis may last before its minutes are lost to the counters; about 100 kB a minute. */
const HELD_MINUTES_MAX = 30;
/** Longer than any batch is held. */
const MARK_SECONDS = 2 * HELD_MINUTES_MAX * 60;

export interface FunnelCounter {
  observe(workspace: string, slate: Pick<Slate, "record" | "counts">, latencyMs: number): void;
  /** Writes what has been counted since the last time, and what could not be written then. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface FunnelCounterOptions {
  readonly write: (batch: FunnelBatch) => Promise<unknown>;
  readonly isUp: () => boolean;
  readonly wallClock: () => number;
  /** Unlike that of any other process, now or earlier. */
  readonly id: string;
  /** Requests that will be missing in the counters. */
  readonly onLost: (requests: number) => void;
}

/**
 * Counts answers by workspace and minute, off their path. A batch that was sent keeps its mark until it is known to be
 * written, so a lost reply neither loses nor doubles it; with Redis away counts go on adding up for a bounded time.
 */
export function createFunnelCounter(o: FunnelCounterOptions): FunnelCounter {
  const open = new Map<string, { minute: number; counts: FunnelCounts }[]>();
  let sent: FunnelBatch[] = [];
  let batches = 0;
  let writing: Promise<void> | null = null;

  const forgetOld = () => {
    const oldest = Math.floor(o.wallClock() / MINUTE_MS) - HELD_MINUTES_MAX;
    const lose = (counts: FunnelCounts) => o.onLost(countRequests(counts));
    for (const [workspace, held] of open) {
      for (const { minute, counts } of held) if (minute < oldest) lose(counts);
      open.set(
        workspace,
        held.filter(({ minute }) => minute >= oldest),
      );
    }
    for (const { minute, counts } of sent) if (minute < oldest) lose(counts);
    sent = sent.filter(({ minute }) => minute >= oldest);
  };

  const write = async (): Promise<void> => {
    forgetOld();
    if (!o.isUp()) return;
    for (const [workspace, held] of open)
      for (const { minute, counts } of held)
        sent.push({ workspace, minute, counts, mark: `${o.id}:${batches++}`, markSeconds: MARK_SECONDS });
    open.clear();
    const failed: FunnelBatch[] = [];
    for (const batch of sent)
      await o.write(batch).catch(() => {
        failed.push(batch);
      });
    sent = failed;
  };
  const flush = (): Promise<void> => {
    writing ??= write().finally(() => {
      writing = null;
    });
    return writing;
  };
  const timer = setInterval(() => void flush(), FLUSH_MS);
  timer.unref();

  return {
    observe(workspace, slate, latencyMs) {
      const minute = Math.floor(o.wallClock() / MINUTE_MS);
      let held = open.get(workspace);
      if (held === undefined) {
        held = [];
        open.set(workspace, held);
      }
      let current = held.at(-1);
      if (current === undefined || current.minute !== minute) {
        current = { minute, counts: new Map() };
        held.push(current);
      }
      countSlate(current.counts, slate, latencyMs);
    },
    flush,
    async close() {
      clearInterval(timer);
      await flush();
      await flush();
    },
  };
}

function countRequests(counts: FunnelCounts): number {
  let requests = 0;
  // Arms of rollouts hold requests of surfaces once more.
  for (const [key, surface] of counts)
    if (Surface.safeParse(key).success)
      requests += readCount(surface, "all", { name: FUNNEL_ALL, measure: "requests" });
  return requests;
}
