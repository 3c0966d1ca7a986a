import type { ReleaseSurface } from "@shortlist/contracts";
import type { EffectiveSurface } from "../degrade/effectiveSurface";
import type { SourceOutcome } from "./runSources";
import type { Scratch } from "./scratch";
import { StageTrace } from "./trace";
import type { SlateRequest } from "./types";

/** One request on its way through the funnel, and what its stages note as they go. */
export interface FunnelRun {
  readonly request: SlateRequest;
  readonly surface: ReleaseSurface;
  readonly scratch: Scratch;
  readonly trace: StageTrace;
  /** Why the answer is less than the full funnel would give. */
  readonly reasons: string[];
  readonly outcomes: SourceOutcome[];
  /** Candidates dropped before scoring, by reason. */
  readonly dropped: Record<string, number>;
  /** Monotonic time by which the request must be answered. */
  readonly deadlineMs: number;
}

export function startRun(o: {
  request: SlateRequest;
  effective: EffectiveSurface;
  scratch: Scratch;
  now: () => number;
}): FunnelRun {
  const { request, scratch } = o;
  const { surface, reasons } = o.effective;
  scratch.retrieved.fill(0);
  scratch.covisitation.count = 0;
  const trace = new StageTrace(request.startedMs, o.now);
  trace.close("admit", 0, 0);
  return {
    request,
    surface,
    scratch,
    trace,
    reasons: [...reasons],
    outcomes: [],
    dropped: {},
    deadlineMs: request.startedMs + surface.budgetMs,
  };
}
