import { createRandom } from "@shortlist/ml";
import type { LoadedRelease } from "../release/loadedRelease";
import type { CapCounter, RuleRun, SponsoredSlot } from "../rules/ruleRun";
import type { PlacedEntry } from "./assemble";
import { countExploring, exploreSlots } from "./explore";
import { holdFloors } from "./floors";
import { boostFresh } from "./freshness";
import type { RankOutcome } from "./rank";
import { type Reranked, rerank } from "./rerank";
import type { FunnelRun } from "./run";
import type { Scratch } from "./scratch";
import { toEntries } from "./slateParts";

/** More than asked, so that the gate has something to put in place of what it takes out. */
const RESERVE = 5;

export interface Ordered {
  readonly ranked: ReturnType<typeof toEntries>;
  /** Candidates that rules have sold a position to. */
  readonly sponsored: readonly PlacedEntry[];
}

/**
 * The slate's order from the scores: freshness, caps, diversity, floors, exploration. What neither the surface's policy
 * nor a rule asks for costs nothing.
 */
export function orderCandidates(
  loaded: LoadedRelease,
  run: FunnelRun,
  o: { count: number; rules: RuleRun | null; ranking: RankOutcome },
): Ordered {
  const { scratch, request, surface } = run;
  const { count, rules, ranking } = o;
  const policy = surface.rerank;
  const { freshness, exploration } = policy;
  if (freshness !== null) boostFresh(scratch, count, { freshness, ageDays: loaded.items.ageDays });
  const sold = rules?.pickSponsored(scratch.scores, scratch.items, count) ?? [];
  const createCaps = rules === null ? {} : { createCaps: () => createCapsBeside(rules, sold, scratch) };
  const n = Math.min(count, request.n + RESERVE);
  let picked: Reranked = rerank(loaded, { scratch, count, n, policy, ...createCaps });
  const room = Math.max(0, request.n - (rules?.countPins(request.n) ?? 0) - sold.length);
  if (rules !== null && rules.floors !== null) {
    const kept = exploration === null ? room : room - countExploring(room, exploration.slotSharePct);
    picked = holdFloors(picked, { scratch, count, n: kept, rules });
  }
  if (exploration !== null)
    picked = exploreSlots(picked, {
      scratch,
      count,
      policy: { ...policy, exploration },
      room,
      items: loaded.items,
      ...createCaps,
      random: createRandom(`${request.requestId}/${request.surface}`),
    });
  return {
    ranked: toEntries(picked, scratch, ranking),
    sponsored: toSponsored(sold, { scratch, count, ranking }),
  };
}

/** The caps of rules, with what was sold counted and standing elsewhere already. */
function createCapsBeside(
  rules: RuleRun,
  sold: readonly SponsoredSlot[],
  scratch: Scratch,
): CapCounter | null {
  const caps = rules.createCaps();
  if (sold.length === 0) return caps;
  const items = sold.map(({ slot }) => scratch.items[slot]!);
  for (const item of items) caps?.take(item);
  return {
    admits: (item) => !items.includes(item) && caps?.admits(item) !== false,
    take: (item) => caps?.take(item),
  };
}

function toSponsored(
  sold: readonly SponsoredSlot[],
  { scratch, count, ranking }: { scratch: Scratch; count: number; ranking: RankOutcome },
): PlacedEntry[] {
  if (sold.length === 0) return [];
  const slots = sold.map(({ slot }) => slot);
  const rankerPositions = slots.map((slot) => {
    let better = 0;
    for (let c = 0; c < count; c++) if (scratch.scores[c]! > scratch.scores[slot]!) better++;
    return better;
  });
  return toEntries({ slots, rankerPositions }, scratch, ranking).map((entry, i) => ({
    entry: { ...entry, isSponsored: true },
    position: sold[i]!.position,
  }));
}
