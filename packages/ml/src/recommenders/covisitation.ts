import { requireInput, requireNonNegative, requirePositiveInteger } from "../errors";
import { type CsrMatrix, transposeCsr } from "../matrix/csr";
import { type NeighborTable, NeighborTableBuilder } from "./neighborTable";

/** Sessions laid end to end: session s is events [sessionPtr[s], sessionPtr[s + 1]), oldest first. */
export interface SessionLog {
  /** length nSessions + 1, ascending from 0 */
  sessionPtr: Int32Array;
  items: Int32Array;
  /** Time of each event; needed only with `halfLifeMs`. */
  timesMs?: Float64Array;
  /** Strength of each event, > 0, e.g. view 1, cart 3, purchase 5. All 1 when absent. */
  weights?: Float32Array;
}

export interface CovisitationOptions {
  nItems: number;
  /** Neighbours kept per item. */
  k: number;
  /** Only the last so many events of a session count: a crawler's session would make every pair. Default 60. */
  maxSessionLength?: number;
  /**
   * Pseudo-sessions of doubt: a pair seen together n times keeps n / (n + shrinkage) of its score.
   * Default 3: two items seen together once by chance must not outrank a pair seen a hundred times.
   */
  shrinkage?: number;
  /** Two events this far apart count half. Default: time does not matter. */
  halfLifeMs?: number;
}

/**
 * Items seen in the same session.
 *
 *   s(i, j) = c / √(n_i · n_j) · c / (c + shrinkage)
 *   c = Σ_s w_si · w_sj · 2^(−|t_si − t_sj| / halfLife)        n_i = Σ_s w_si²
 *
 * An item repeated in a session counts once, with its largest weight and its last time.
 *
 * @returns up to k neighbours per item, s in (0, 1) for shrinkage > 0; items never seen with another have none
 * @throws MlInputError `shape_mismatch`, `index_out_of_range`, `invalid_option`
 * Cost O(events · maxSessionLength) time, O(events + nItems · k) memory.
 * Source: cosine normalisation of Sarwar et al. 2001, shrinkage of Bell & Koren 2007, "Improved
 * Neighborhood-based Collaborative Filtering".
 */
export function fitCovisitation(sessions: SessionLog, o: CovisitationOptions): NeighborTable {
  requirePositiveInteger(o.k, "k");
  const shrinkage = o.shrinkage ?? 3;
  requireNonNegative(shrinkage, "shrinkage");
  const decay = readDecay(sessions, o.halfLifeMs);
  const bySession = toSessionItems(sessions, o);
  const byItem = transposeCsr(bySession.weights);
  const timesByItem = transposeCsr(bySession.positions).values;

  const norms = new Float64Array(o.nItems);
  for (let p = 0; p < bySession.weights.colIdx.length; p++) {
    norms[bySession.weights.colIdx[p]!]! += bySession.weights.values[p]! ** 2;
  }
  const { rowPtr, colIdx, values } = bySession.weights;
  const builder = new NeighborTableBuilder(o.nItems, o.k);
  for (let i = 0; i < o.nItems; i++) {
    for (let p = byItem.rowPtr[i]!; p < byItem.rowPtr[i + 1]!; p++) {
      const session = byItem.colIdx[p]!;
      const start = sessions.sessionPtr[session]!;
      const own = byItem.values[p]!;
      for (let q = rowPtr[session]!; q < rowPtr[session + 1]!; q++) {
        const near =
          decay === null ? 1 : decay(start + timesByItem[p]!, start + bySession.positions.values[q]!);
        const amount = own * values[q]! * near;
        if (amount > 0) builder.add(colIdx[q]!, amount);
      }
    }
    const own = norms[i]!;
    builder.closeRow((j, c) => ((c / Math.sqrt(own * norms[j]!)) * c) / (c + shrinkage));
  }
  return builder.finish();
}

/** Sessions × distinct items twice: the weight of each, and the position in its session of its last event. */
function toSessionItems(
  sessions: SessionLog,
  o: CovisitationOptions,
): { weights: CsrMatrix; positions: CsrMatrix } {
  const { sessionPtr, items, weights } = sessions;
  const maxLength = o.maxSessionLength ?? 60;
  requirePositiveInteger(maxLength, "maxSessionLength");
  const nSessions = Math.max(0, sessionPtr.length - 1);
  requireInput(
    (sessionPtr[nSessions] ?? 0) === items.length && (weights?.length ?? items.length) === items.length,
    "shape_mismatch",
    `sessionPtr must end at the number of events (${items.length}) and weights be as long`,
  );
  const rowPtr = new Int32Array(nSessions + 1);
  const colIdx = new Int32Array(items.length);
  const values = new Float32Array(items.length);
  const positions = new Float32Array(items.length);
  const slotOf = new Int32Array(o.nItems).fill(-1);
  let length = 0;
  for (let s = 0; s < nSessions; s++) {
    const end = sessionPtr[s + 1]!;
    const rowStart = length;
    for (let e = end - 1; e >= Math.max(sessionPtr[s]!, end - maxLength); e--) {
      const item = items[e]!;
      requireInput(
        item >= 0 && item < o.nItems,
        "index_out_of_range",
        `item ${item} of event ${e} is outside 0…${o.nItems - 1}`,
      );
      const weight = weights === undefined ? 1 : weights[e]!;
      requireInput(weight > 0, "invalid_option", `weight ${weight} of event ${e} must be > 0`);
      const slot = slotOf[item]!;
      if (slot >= rowStart) {
        values[slot] = Math.max(values[slot]!, weight);
        continue;
      }
      slotOf[item] = length;
      colIdx[length] = item;
      values[length] = weight;
      positions[length] = e - sessionPtr[s]!;
      length++;
    }
    rowPtr[s + 1] = length;
  }
  const shape = { nRows: nSessions, nCols: o.nItems, rowPtr, colIdx: colIdx.slice(0, length) };
  return {
    weights: { ...shape, values: values.slice(0, length) },
    positions: { ...shape, values: positions.slice(0, length) },
  };
}

function readDecay(sessions: SessionLog, halfLifeMs: number | undefined) {
  if (halfLifeMs === undefined) return null;
  const times = sessions.timesMs;
  requireInput(halfLifeMs > 0, "invalid_option", `halfLifeMs must be > 0, got ${halfLifeMs}`);
  requireInput(
    times !== undefined && times.length === sessions.items.length,
    "shape_mismatch",
    "halfLifeMs needs one time per event in timesMs",
  );
  return (a: number, b: number) => 2 ** (-Math.abs(times[a]! - times[b]!) / halfLifeMs);
}
