import { hashString } from "@shortlist/ml";

/**
 * Which of the things to do are this worker's, by rendezvous hashing: each goes to the living worker with the highest
 * hash. All workers come to the same answer without talking, and one that comes or goes moves only its own share.
 *
 * Two workers that disagree for a moment do the same work twice; the compare-and-set of the rows keeps that harmless.
 *
 * @param workers those that are alive, this one among them. Cost O(workers · things).
 */
export function decideOwn(self: string, workers: readonly string[], things: readonly string[]): string[] {
  return things.filter((thing) => {
    const own = rank(self, thing);
    return workers.every((other) => {
      const theirs = rank(other, thing);
      return theirs < own || (theirs === own && other <= self);
    });
  });
}

function rank(worker: string, thing: string): number {
  return hashString(`${worker}\n${thing}`);
}
