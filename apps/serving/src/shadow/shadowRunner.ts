import type { RolloutTraffic, ShadowRecord } from "@shortlist/contracts";
import type { Slate, SlateRequest } from "../funnel/types";
import type { ServedWorkspace } from "../rollout/servedWorkspace";
import type { WorkspaceRuntime } from "../workspaces";
import { decideNextRunMs, isShadowed, toShadowRecord, toShadowRequest } from "./decideShadow";

/** An answer of the served release, and how the candidate is asked the same. */
export interface ShadowQuestion {
  readonly request: SlateRequest;
  readonly served: Slate;
  readonly make: (runtime: WorkspaceRuntime, request: SlateRequest) => Promise<Slate>;
}

export interface ShadowRunner {
  /** Takes the question if it is one of those to compare and there is room; costs the request nothing else. */
  offer(traffic: RolloutTraffic, question: ShadowQuestion): void;
  close(): void;
}

export type ShadowOutcome = "compared" | "failed" | "dropped";

/** Room for a burst: at 5 ms each and a tenth of the time it is worked off in under two seconds. */
const QUEUE_MAX = 32;
const BUSY_WAIT_MS = 100;

/**
 * Lets the candidate of a rollout answer what the served release has answered, one at a time and never for more than a share
 * of the time. While the process is busy with shoppers it rests, and what does not fit the queue is dropped and counted.
 */
export function createShadowRunner(o: {
  readonly findServed: (workspace: string) => ServedWorkspace | undefined;
  readonly push: (record: ShadowRecord) => void;
  readonly isBusy: () => boolean;
  /** Share of the time that runs may take; 0: none is ever made. */
  readonly sharePct: number;
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  readonly onOutcome: (outcome: ShadowOutcome) => void;
}): ShadowRunner {
  const queue: { readonly rolloutId: string; readonly question: ShadowQuestion }[] = [];
  let isRunning = false;
  let isClosed = false;

  const compare = async (rolloutId: string, { request, served, make }: ShadowQuestion): Promise<void> => {
    const rollout = o.findServed(request.workspace)?.rollout;
    // It may have ended while the question waited.
    if (rollout?.candidate == null || rollout.traffic.rolloutId !== rolloutId) return;
    const startedMs = o.now();
    try {
      const slate = await make(rollout.candidate, toShadowRequest(request, startedMs));
      o.push(toShadowRecord({ rolloutId, request, served }, { slate }));
      o.onOutcome("compared");
    } catch (error) {
      const failure = error instanceof Error ? error.message : String(error);
      const latencyMs = o.now() - startedMs;
      o.push(toShadowRecord({ rolloutId, request, served }, { failure, latencyMs }));
      o.onOutcome("failed");
    }
  };

  const run = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined && !isClosed; next = queue.shift()) {
      while (o.isBusy() && !isClosed) await o.wait(BUSY_WAIT_MS);
      const startedMs = o.now();
      await compare(next.rolloutId, next.question);
      const endedMs = o.now();
      const nextMs = decideNextRunMs({ endedMs, tookMs: endedMs - startedMs, sharePct: o.sharePct });
      await o.wait(nextMs - endedMs);
    }
    isRunning = false;
  };

  return {
    offer(traffic, question) {
      if (isClosed || o.sharePct === 0 || !isShadowed(traffic, question.request.requestId)) return;
      if (queue.length >= QUEUE_MAX) return o.onOutcome("dropped");
      queue.push({ rolloutId: traffic.rolloutId, question });
      if (isRunning) return;
      isRunning = true;
      // In a later turn: the answer is on its way first.
      setImmediate(() => void run());
    },
    close() {
      isClosed = true;
      queue.length = 0;
    },
  };
}
