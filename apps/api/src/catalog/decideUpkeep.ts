import { comparePositions } from "@shortlist/contracts";

const START = "0-0";
/** Without a release nobody reads the stream but a training run that has begun, and none takes a day. */
const KEEP_MS = 86_400_000;
/** Cutting off less is not worth a call. */
const TRIM_STEP_MS = 60_000;

export type Upkeep =
  | { readonly kind: "none" }
  /** The database has what the stream no longer does: every item that changed since goes into the stream again. */
  | { readonly kind: "restore"; readonly from: string }
  | { readonly kind: "trim"; readonly to: string };

/**
 * What to do about the beginning of a catalogue's stream: it must be whole from where the oldest release in use was
 * made, and need not reach further back.
 *
 * @param since from where it is whole; null when nobody knows, as for a new shop and after Redis was emptied
 * @param positions of the releases that replicas serve or may be told to
 * @param folded how far the database has it; nothing beyond may be cut
 */
export function decideUpkeep(o: {
  readonly since: string | null;
  readonly positions: readonly string[];
  readonly folded: string;
  readonly nowMs: number;
}): Upkeep {
  const wanted = o.positions.length > 0 ? o.positions.reduce(earlier) : `${o.nowMs - KEEP_MS}-0`;
  const needed = earlier(wanted, o.folded);
  if (o.since === null || comparePositions(needed, o.since) < 0) return { kind: "restore", from: needed };
  const spare = Number(needed.split("-")[0]) - Number(o.since.split("-")[0]);
  return needed !== START && spare >= TRIM_STEP_MS ? { kind: "trim", to: needed } : { kind: "none" };
}

function earlier(a: string, b: string): string {
  return comparePositions(a, b) <= 0 ? a : b;
}
