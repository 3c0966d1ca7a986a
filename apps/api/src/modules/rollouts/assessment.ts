import type { Guardrail, RolloutMetric } from "@shortlist/contracts";

/**
 * What is known of one guardrail. `harm`: surely beyond the margin. `safe`: surely within it. `undecided`: not enough to
 * tell. `no_data`: too little, too old, or not to be had.
 */
export interface GuardrailVerdict {
  readonly metric: RolloutMetric;
  readonly clock: "fast" | "slow";
  readonly action: Guardrail["action"];
  readonly gate: Guardrail["gate"];
  readonly verdict: "harm" | "safe" | "undecided" | "no_data";
  /** Candidate over control, 1 where they are equal; null when it cannot be said. */
  readonly estimate: number | null;
  readonly low: number | null;
  /** Null also where there is no upper bound. */
  readonly high: number | null;
  /** The margin on the same scale. */
  readonly threshold: number | null;
  readonly n: { readonly control: number; readonly candidate: number };
  /** What each arm shows by itself, for people. */
  readonly values: { readonly control: number | null; readonly candidate: number | null };
  /** Further units per arm until it can be told, as far as that is known. */
  readonly moreN: number | null;
  readonly alpha: number;
  readonly window: { readonly fromMs: number; readonly toMs: number };
  readonly reason: string | null;
}

/** Everything that decisions of the controller rest on. */
export interface Assessment {
  readonly replicas: ReplicaReadiness | null;
  readonly guardrails: readonly GuardrailVerdict[];
  /** Null before shoppers get the candidate. */
  readonly sampleRatio: {
    readonly isMismatch: boolean;
    readonly pValue: number;
    readonly n: number;
    readonly observed: { readonly control: number; readonly candidate: number };
  } | null;
  /** Requests the candidate answered at this step; null when they could not be counted. */
  readonly candidateRequests: number | null;
  /** Of a shadow step. */
  readonly shadow: { readonly n: number; readonly problems: readonly string[] } | null;
  /** Why nothing can be said although there should be something; null when all is well. */
  readonly dataProblem: string | null;
}

export interface ReplicaReadiness {
  readonly alive: number;
  readonly ready: number;
  readonly refused: readonly { readonly replicaId: string; readonly reason: string }[];
}
