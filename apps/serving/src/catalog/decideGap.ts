import { comparePositions } from "@shortlist/contracts";

const START = "0-0";

/**
 * Where changes are missing that a replica should have taken in, or null. Behind `since` the stream is whole; without
 * it nobody knows, as after Redis was emptied, but for who has never read anything. Once there is a gap, reading on does
 * not close it: only a stream that is whole again from there.
 *
 * @param position how far the replica has read before this look
 */
export function decideGap(o: {
  readonly gapFrom: string | null;
  readonly since: string | null;
  readonly position: string;
}): string | null {
  const from = o.gapFrom ?? o.position;
  const isWhole = o.since === null ? from === START : comparePositions(o.since, from) <= 0;
  return isWhole ? null : from;
}
