import {
  CANDIDATE_SOURCES,
  type CandidateSourceName,
  type ReleaseSource,
  type SlateSource,
} from "@shortlist/contracts";
import type * as z from "zod";
import type { Guards } from "../degrade/guards";
import type { CandidateSource, SourceQuery } from "../ports/candidateSource";
import { CostEstimate } from "./deadline";
import type { Scratch, ScratchPool } from "./scratch";

export type SourceOutcome = z.infer<typeof SlateSource>;
type SourceConfig = z.infer<typeof ReleaseSource>;

const INDEX_OF = Object.fromEntries(CANDIDATE_SOURCES.map((name, i) => [name, i])) as Record<
  CandidateSourceName,
  number
>;

export interface SourceRunner {
  /**
   * Runs the enabled sources that do (`needsShopper`) or do not need shopper state, writes their candidates into
   * the scratch and says how each fared. In-process sources run at once; waiting ones run side by side.
   */
  run(batch: SourceBatch): Promise<void> | null;
}

export interface SourceBatch {
  readonly configs: readonly SourceConfig[];
  readonly needsShopper: boolean;
  readonly query: SourceQuery;
  readonly scratch: Scratch;
  readonly outcomes: SourceOutcome[];
  /** Monotonic time by which the request must be answered. */
  readonly deadlineMs: number;
}

export function createSourceRunner(
  sources: ReadonlyMap<CandidateSourceName, CandidateSource>,
  pool: Pick<ScratchPool, "createBuffer">,
  now: () => number,
  breakers: Guards["sources"],
  /** Why a source that the release names is not there. */
  unavailable: ReadonlyMap<CandidateSourceName, string>,
): SourceRunner {
  const costs = new Map([...sources.keys()].map((name) => [name, new CostEstimate()]));

  const runOne = (
    config: SourceConfig,
    source: CandidateSource,
    batch: SourceBatch,
  ): Promise<void> | null => {
    const { scratch, outcomes } = batch;
    const at = INDEX_OF[config.name];
    const startedMs = now();
    const cost = costs.get(config.name)!;
    const remainingMs = Math.min(batch.deadlineMs - startedMs, config.timeoutMs);
    if (!cost.fits(remainingMs)) {
      outcomes.push(outcome(config.name, "skipped", 0, 0, "no_budget"));
      return null;
    }
    const breaker = breakers.get(config.name)!;
    if (!breaker.admits(startedMs)) {
      outcomes.push(outcome(config.name, "skipped", 0, 0, "breaker_open"));
      return null;
    }
    const buffer = scratch.buffers[at]!;
    const quota = Math.min(config.quota, buffer.items.length);
    const settle = (count: number) => {
      const ms = now() - startedMs;
      cost.observe(ms);
      breaker.succeed(startedMs + ms);
      scratch.retrieved[at] = count;
      outcomes.push(outcome(config.name, count > 0 ? "ok" : "empty", count, ms, null));
    };
    const fail = (status: "error" | "late", reason: string) => {
      const atMs = now();
      breaker.fail(atMs);
      outcomes.push(outcome(config.name, status, 0, atMs - startedMs, reason));
    };
    try {
      const answer = source.retrieve(batch.query, quota, buffer);
      if (typeof answer === "number") {
        settle(answer);
        return null;
      }
      return withDeadline(answer, remainingMs).then((result) => {
        if (result.status === "ok") return settle(result.count);
        if (result.status === "error") return fail("error", errorText(result.error));
        // It may still write: the buffer stays with it and the request gets a new one.
        scratch.buffers[at] = pool.createBuffer();
        fail("late", "deadline");
      });
    } catch (error) {
      fail("error", errorText(error));
      return null;
    }
  };

  return {
    run(batch) {
      let waiting: Promise<void>[] | null = null;
      for (const config of batch.configs) {
        const source = sources.get(config.name);
        if (source === undefined || !config.enabled) {
          if (batch.needsShopper)
            batch.outcomes.push(
              outcome(
                config.name,
                "disabled",
                0,
                0,
                config.enabled ? (unavailable.get(config.name) ?? "not_in_release") : "switched_off",
              ),
            );
          continue;
        }
        if (source.needsShopper !== batch.needsShopper) continue;
        const pending = runOne(config, source, batch);
        if (pending !== null) {
          waiting ??= [];
          waiting.push(pending);
        }
      }
      return waiting === null ? null : Promise.all(waiting).then(() => undefined);
    },
  };
}

type Settled = { status: "ok"; count: number } | { status: "error"; error: unknown } | { status: "late" };

function withDeadline(answer: Promise<number>, ms: number): Promise<Settled> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ status: "late" }), ms);
    answer.then(
      (count) => {
        clearTimeout(timer);
        resolve({ status: "ok", count });
      },
      (error) => {
        clearTimeout(timer);
        resolve({ status: "error", error });
      },
    );
  });
}

function outcome(
  name: string,
  status: SourceOutcome["status"],
  retrieved: number,
  ms: number,
  reason: string | null,
): SourceOutcome {
  return { name, status, retrieved, ms, reason };
}

export function errorText(error: unknown): string {
  return error instanceof Error ? error.message.slice(0, 200) : "unknown error";
}
