import { hashString } from "../random/hash";

/** Fine enough for a canary of a hundredth of a percent. */
const BUCKETS = 10_000;

export interface RolloutShares {
  /** Of the hash; another one deals anew. */
  readonly salt: string;
  /** Buckets 0 … candidateBuckets − 1 get the candidate. */
  readonly candidateBuckets: number;
  /** The last so many get the served release and are measured beside the candidate. */
  readonly controlBuckets: number;
}

/**
 * Arm of a rollout that a shopper belongs to.
 *
 *   bucket = hash(salt + ":" + shopper) mod 10,000
 *   bucket < candidateBuckets → candidate;  bucket ≥ 10,000 − controlBuckets → control;  else rest
 *
 * The bucket depends on salt and shopper alone, so that a growing candidate share never takes a shopper from the candidate,
 * and equal shares have equal expected sizes. Where the two slices would overlap the candidate wins.
 *
 * @param shopper pseudonym; null for somebody who is not known, who is in no slice because the next request of theirs
 *   could be in another
 * Cost O(length of salt and shopper). Source: hash bucketing as in Kohavi, Tang & Xu 2020, "Trustworthy Online Controlled
 * Experiments", chapter 14.
 */
export function pickRolloutArm(
  { salt, candidateBuckets, controlBuckets }: RolloutShares,
  shopper: string | null,
): "candidate" | "control" | "rest" {
  if (shopper === null) return "rest";
  const bucket = hashString(`${salt}:${shopper}`) % BUCKETS;
  if (bucket < candidateBuckets) return "candidate";
  return bucket >= BUCKETS - controlBuckets ? "control" : "rest";
}
