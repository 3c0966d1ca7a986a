import { requireInput, requirePositiveInteger } from "../errors";
import { type NeighborTable, NeighborTableBuilder } from "./neighborTable";

export interface GraphWalkOptions {
  /** Items kept per start. */
  k: number;
  /** Probability of stopping at each step, in (0, 1). Default 0.3: a walk of 3.3 items on average. */
  restart?: number;
  /** Only the strongest so many neighbours of an item are walked to. Default 30: the rest is mostly chance. */
  degree?: number;
  /** Probability still on its way below which an item is not walked from, > 0. Default 0.002. */
  tolerance?: number;
}

/**
 * Random walk with restart from every item over a weighted item graph, such as that of co-visits: reaches what is two
 * and more steps away, which no pair of visits names directly.
 *
 *   π_i = c · Σ_{t ≥ 0} (1 − c)^t · e_iᵀ Pᵗ        P_uv = s(u, v) / Σ_w s(u, w) over the `degree` strongest
 *
 * π_i(v) is the probability that a walk from i, which stops with probability c before every step, stops at v. A walk
 * at an item without neighbours ends there uncounted unless it stops, which scales π_i and leaves its order.
 * Computed by forward push: mass r is moved along edges until no item holds more than `tolerance`.
 *
 * @param graph neighbours with positive scores, best first
 * @returns the k items with the largest π̂_i, i itself left out; scores in (0, 1). 0 ≤ π_i − π̂_i, and the errors of one
 * start sum to at most the mass left unpushed, which is below `tolerance` an item. No neighbours: no rows
 * @throws MlInputError `invalid_option`
 * Cost per start at most degree / (restart · tolerance) additions; memory O(nItems).
 * Source: Tong et al. 2006, "Fast Random Walk with Restart"; push of Andersen, Chung, Lang 2006; the shop-graph use
 * follows Eksombatchai et al. 2018, "Pixie".
 */
export function fitGraphWalk(graph: NeighborTable, o: GraphWalkOptions): NeighborTable {
  const { k, restart = 0.3, degree = 30, tolerance = 0.002 } = o;
  requirePositiveInteger(k, "k");
  requirePositiveInteger(degree, "degree");
  requireInput(restart > 0 && restart < 1, "invalid_option", `restart must be in (0, 1), got ${restart}`);
  requireInput(tolerance > 0, "invalid_option", `tolerance must be > 0, got ${tolerance}`);
  const { nItems } = graph;
  const shares = computeShares(graph, degree);
  const builder = new NeighborTableBuilder(nItems, k);
  const mass = new Float64Array(nItems);
  const isQueued = new Uint8Array(nItems);
  const isTouched = new Uint8Array(nItems);
  const queue = new Int32Array(nItems);
  const touched = new Int32Array(nItems);
  for (let start = 0; start < nItems; start++) {
    let nTouched = 0;
    // A ring: an item waits in it at most once, so it never holds more than nItems.
    let head = 0;
    let waiting = 0;
    const give = (item: number, amount: number, least: number) => {
      mass[item]! += amount;
      if (isTouched[item] === 0) {
        isTouched[item] = 1;
        touched[nTouched++] = item;
      }
      if (mass[item]! <= least || isQueued[item] === 1) return;
      isQueued[item] = 1;
      queue[(head + waiting++) % nItems] = item;
    };
    give(start, 1, 0);
    while (waiting > 0) {
      const item = queue[head]!;
      head = (head + 1) % nItems;
      waiting--;
      isQueued[item] = 0;
      const amount = mass[item]!;
      mass[item] = 0;
      builder.add(item, restart * amount);
      const from = graph.offsets[item]!;
      const to = Math.min(graph.offsets[item + 1]!, from + degree);
      for (let p = from; p < to; p++) give(graph.items[p]!, (1 - restart) * amount * shares[p]!, tolerance);
    }
    for (let t = 0; t < nTouched; t++) {
      mass[touched[t]!] = 0;
      isTouched[touched[t]!] = 0;
    }
    builder.closeRow((_item, stopped) => stopped);
  }
  return builder.finish();
}

/** P, aligned to the graph's neighbours. */
function computeShares(graph: NeighborTable, degree: number): Float32Array {
  const shares = new Float32Array(graph.items.length);
  for (let item = 0; item < graph.nItems; item++) {
    const from = graph.offsets[item]!;
    const to = Math.min(graph.offsets[item + 1]!, from + degree);
    let sum = 0;
    for (let p = from; p < to; p++) sum += graph.scores[p]!;
    for (let p = from; p < to; p++) shares[p] = sum > 0 ? graph.scores[p]! / sum : 0;
  }
  return shares;
}
