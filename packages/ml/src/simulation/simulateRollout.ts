import type { Verdict } from "../guardrails/judgement";
import { judgeRatio } from "../guardrails/judgeRatio";
import {
  type ArmTotals,
  createOutcomePool,
  createRolloutTraffic,
  makeGoodSlate,
  makeRandomSlate,
  type OutcomePool,
} from "./rolloutTraffic";
import type { Shop } from "./types";

export interface RolloutStep {
  readonly sharePct: number;
  readonly minutes: number;
}

export interface SimulatedRollout {
  /** `harm`: aborted. Else the verdict of clicks at the end. */
  readonly verdict: Verdict;
  readonly minutes: number;
  /** Slates and shoppers of the candidate until then: what the rollout cost when it was aborted. */
  readonly slates: number;
  readonly shoppers: number;
}

/** Slates that come in a minute, over all arms. */
const SLATES_PER_MINUTE = 1_000;
/** Four guardrails share the 2 % of a rollout. */
const RULE = {
  direction: "decrease",
  marginRelative: 0.05,
  alpha: 0.005,
  nMin: 100,
  tunedFor: 1_000,
} as const;

export const ROLLOUT_STEPS: readonly RolloutStep[] = [
  { sharePct: 5, minutes: 20 },
  { sharePct: 25, minutes: 20 },
  { sharePct: 50, minutes: 40 },
];

export interface RolloutPools {
  readonly good: OutcomePool;
  readonly random: OutcomePool;
}

/** Reactions of a shop's shoppers to good slates and to slates without meaning. */
export function createRolloutPools(shop: Shop): RolloutPools {
  return {
    good: createOutcomePool(shop, { makeSlate: makeGoodSlate, slatesPerShopper: 40, seed: "good" }),
    random: createOutcomePool(shop, { makeSlate: makeRandomSlate, slatesPerShopper: 40, seed: "random" }),
  };
}

/** One rollout of a shop in which clicks and orders are judged every minute, until harm is found or the steps end. */
export function simulateRollout(o: {
  readonly shop: Shop;
  readonly pools: RolloutPools;
  readonly candidate: keyof RolloutPools;
  readonly seed: string;
  readonly clicksLost?: number;
  readonly steps?: readonly RolloutStep[];
  readonly nShoppers?: number;
}): SimulatedRollout {
  const traffic = createRolloutTraffic({
    shop: o.shop,
    control: o.pools.good,
    candidate: o.pools[o.candidate],
    nShoppers: o.nShoppers ?? 20_000,
    seed: o.seed,
    ...(o.clicksLost === undefined ? {} : { clicksLost: o.clicksLost }),
  });
  let verdict: Verdict = "no_data";
  let minutes = 0;
  for (const step of o.steps ?? ROLLOUT_STEPS)
    for (let minute = 0; minute < step.minutes; minute++) {
      traffic.advance(SLATES_PER_MINUTE, step.sharePct);
      minutes++;
      const candidate = traffic.read("candidate");
      verdict = judgeMinute(traffic.read("control"), candidate);
      if (verdict === "harm")
        return { verdict, minutes, slates: candidate.slates, shoppers: candidate.clicks.n };
    }
  const { slates, clicks } = traffic.read("candidate");
  return { verdict, minutes, slates, shoppers: clicks.n };
}

function judgeMinute(control: ArmTotals, candidate: ArmTotals): Verdict {
  const clicks = judgeRatio({ control: control.clicks, candidate: candidate.clicks }, RULE);
  const orders = judgeRatio({ control: control.orders, candidate: candidate.orders }, RULE);
  return orders.verdict === "harm" ? "harm" : clicks.verdict;
}
