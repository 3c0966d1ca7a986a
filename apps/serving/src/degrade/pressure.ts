import { PriorityTier, type ReleaseSurface } from "@shortlist/contracts";

/** One look at how busy the process is. */
export interface LoadSample {
  /** How late a timer fired: what every callback waits for its turn. */
  readonly loopDelayMs: number;
  readonly inFlight: number;
}

export interface PressureState {
  /** Smoothed, 0 at rest, 1 when the process cannot keep up. */
  readonly pressure: number;
  /** Position in STEPS. */
  readonly step: number;
}

export const AT_REST: PressureState = { pressure: 0, step: 0 };

/**
 * A request waits for the loop about three times: to be read, for the shopper's state, to be answered. At 30 ms each
 * the budget of a page begins to go into waiting, at 100 ms nothing is left of it.
 */
const LOOP_DELAY_MS = { from: 30, to: 100 } as const;
/** On one core requests are worked on one after another: 32 of them at 2 ms each are 64 ms of waiting. */
const IN_FLIGHT = { from: 32, to: 160 } as const;
/** A single stall, a collection of garbage say, moves the pressure by at most a fifth. */
const SMOOTHING_MS = 500;
export const SAMPLE_EVERY_MS = 100;
/** So far below its threshold must the pressure fall before a step is taken back. */
const HYSTERESIS = 0.1;

interface Step {
  readonly from: number;
  /** Share of a surface's candidates that is still looked at. */
  readonly candidateSharePct: number;
  /** So many tiers, lowest first, get lists only. */
  readonly shedTiers: number;
}

/** S9: the candidate set shrinks before anything is shed, and what is shed goes in the order of the tiers. */
const STEPS: readonly Step[] = [
  { from: 0, candidateSharePct: 100, shedTiers: 0 },
  { from: 0.25, candidateSharePct: 75, shedTiers: 0 },
  { from: 0.4, candidateSharePct: 50, shedTiers: 0 },
  { from: 0.5, candidateSharePct: 25, shedTiers: 0 },
  { from: 0.6, candidateSharePct: 25, shedTiers: 1 },
  { from: 0.7, candidateSharePct: 25, shedTiers: 2 },
  { from: 0.8, candidateSharePct: 25, shedTiers: 3 },
  { from: 0.95, candidateSharePct: 25, shedTiers: 4 },
];

/** What the pressure of the last moments and a new sample ask for. Rises step by step and falls with hysteresis. */
export function decidePressure(state: PressureState, sample: LoadSample, elapsedMs: number): PressureState {
  const now = Math.max(share(sample.loopDelayMs, LOOP_DELAY_MS), share(sample.inFlight, IN_FLIGHT));
  // A loop that stood still for seconds took one sample in that time, which weighs as one.
  const weight = 1 - Math.exp(-Math.min(elapsedMs, SAMPLE_EVERY_MS) / SMOOTHING_MS);
  const pressure = state.pressure + (now - state.pressure) * weight;
  let step = state.step;
  while (step + 1 < STEPS.length && pressure >= STEPS[step + 1]!.from) step++;
  while (step > 0 && pressure < STEPS[step]!.from - HYSTERESIS) step--;
  return { pressure, step };
}

export function candidateShareAt(step: number): number {
  return STEPS[step]!.candidateSharePct;
}

export function isShedAt(step: number, tier: ReleaseSurface["tier"]): boolean {
  return PriorityTier.options.indexOf(tier) < STEPS[step]!.shedTiers;
}

function share(value: number, { from, to }: { from: number; to: number }): number {
  return Math.min(1, Math.max(0, (value - from) / (to - from)));
}
