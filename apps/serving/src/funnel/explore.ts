import type { RerankPolicy } from "@shortlist/contracts";
import { type Draw, drawEpsilonGreedy, drawThompson, type Random } from "@shortlist/ml";
import type { ItemTable } from "../release/itemTable";
import type { CapCounter } from "../rules/ruleRun";
import { createAttributeCaps } from "./attributeCaps";
import type { Reranked } from "./rerank";
import { computeDeviation } from "./scoreSpread";
import type { Scratch } from "./scratch";

export interface ExploreOptions {
  readonly scratch: Scratch;
  readonly count: number;
  readonly policy: RerankPolicy & { readonly exploration: Exploration };
  /** Positions of the slate that ranked items take. */
  readonly room: number;
  readonly items: ItemTable;
  readonly createCaps?: () => CapCounter | null;
  /** Seeded by the request, so that a replay draws the same. */
  readonly random: Random;
}
type Exploration = NonNullable<RerankPolicy["exploration"]>;

export interface Explored extends Reranked {
  /** Of each slot; 1 where nothing was drawn. Given what stands above it. */
  readonly propensities: number[];
}

/** Nothing is known so well that it needs no second look. */
const DOUBT_MIN = 0.1;

/** Of so many positions, those that explore; the first never does. */
export function countExploring(room: number, slotSharePct: number): number {
  return Math.max(0, Math.min(room - 1, Math.round((room * slotSharePct) / 100)));
}

/**
 * Gives the last positions of the slate to chance: for each one, the arms are the best candidates that are not in the
 * slate yet and that its caps admit, first the one that would stand there otherwise. What was picked beyond the slate
 * follows behind, to stand in for what the gate takes out.
 */
export function exploreSlots(picked: Reranked, o: ExploreOptions): Explored {
  const { exploration } = o.policy;
  const room = Math.min(o.room, picked.slots.length);
  const exploring = countExploring(room, exploration.slotSharePct);
  const kept = room - exploring;
  const caps = createCaps(o);
  const slots = picked.slots.slice(0, kept);
  const rankerPositions = picked.rankerPositions.slice(0, kept);
  const propensities = slots.map(() => 1);
  for (const slot of slots) caps.take(o.scratch.items[slot]!);
  const taken = new Set(slots);
  const line = standInLine(picked, kept, o);
  const draw = createDrawer(o);
  for (let e = 0; e < exploring; e++) {
    const arms = line
      .filter(({ slot }) => !taken.has(slot) && caps.admits(o.scratch.items[slot]!))
      .slice(0, exploration.poolSize);
    if (arms.length === 0) break;
    const { arm, propensity } = draw(arms.map(({ slot }) => slot));
    const { slot, rank } = arms[arm]!;
    taken.add(slot);
    caps.take(o.scratch.items[slot]!);
    slots.push(slot);
    rankerPositions.push(rank);
    propensities.push(propensity);
  }
  picked.slots.slice(kept).forEach((slot, i) => {
    if (taken.has(slot)) return;
    slots.push(slot);
    rankerPositions.push(picked.rankerPositions[kept + i]!);
    propensities.push(1);
  });
  return { slots, rankerPositions, propensities, sorted: picked.sorted };
}

function createCaps({ policy, items, createCaps: ofRules }: ExploreOptions): CapCounter {
  const own = createAttributeCaps(policy, items);
  const rules = ofRules?.() ?? null;
  return {
    admits: (item) => own.admits(item) && rules?.admits(item) !== false,
    take(item) {
      own.take(item);
      rules?.take(item);
    },
  };
}

/** Candidates in the order in which they would be shown: those picked, then by score. Several pools deep for the caps. */
function standInLine(
  picked: Reranked,
  kept: number,
  o: ExploreOptions,
): { readonly slot: number; readonly rank: number }[] {
  const first = picked.slots
    .slice(kept)
    .map((slot, i) => ({ slot, rank: picked.rankerPositions[kept + i]! }));
  const known = new Set(picked.slots);
  for (let rank = 0; rank < picked.sorted && first.length < 4 * o.policy.exploration.poolSize; rank++) {
    const slot = o.scratch.order[rank]!;
    if (!known.has(slot)) first.push({ slot, rank });
  }
  return first;
}

/**
 * Thompson sampling believes N(score, (σ · max(0.1, 1 − popularity))²) of a candidate, σ being the deviation of the
 * request's scores: of what nobody has taken up yet it knows nothing but its score.
 */
function createDrawer({ policy, scratch, count, items, random }: ExploreOptions) {
  const { exploration } = policy;
  if (exploration.kind === "epsilon")
    return (slots: readonly number[]): Draw => drawEpsilonGreedy(random, slots.length, exploration.epsilon);
  // Scores that are all alike leave nothing to choose by but chance.
  const deviation = computeDeviation(scratch.scores, count) || 1;
  return (slots: readonly number[]): Draw =>
    drawThompson(random, {
      means: slots.map((slot) => scratch.scores[slot]!),
      deviations: slots.map(
        (slot) => deviation * Math.max(DOUBT_MIN, 1 - items.popularity[scratch.items[slot]!]!),
      ),
      count: slots.length,
    });
}
