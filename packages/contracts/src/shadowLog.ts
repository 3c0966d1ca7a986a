import * as z from "zod";
import { SlateItem } from "./slateLog";

/** Items of a slate as a comparison keeps them. */
const ShadowSlate = z.object({
  items: z.array(SlateItem.pick({ itemId: true, position: true, score: true })),
  rung: z.int().min(0).max(4),
  latencyMs: z.number(),
  modelVersion: z.string(),
});

/** One request answered by both releases: what the shopper was given, and what the candidate would have given. */
export const ShadowRecord = z.object({
  requestId: z.string(),
  rolloutId: z.string(),
  workspace: z.string(),
  atMs: z.number(),
  surface: z.string(),
  n: z.int(),
  isAnonymous: z.boolean(),
  region: z.string().nullable(),
  device: z.string().nullable(),
  served: ShadowSlate,
  candidate: ShadowSlate,
  /** Items of the candidate's slate that the gate or a rule had to take out. */
  candidateGateRemoved: z.int(),
  candidateGateViolations: z.int(),
  candidateNonFiniteScores: z.int(),
  /** Why the candidate gave no slate; null when it gave one. */
  failure: z.string().nullable(),
});
export type ShadowRecord = z.infer<typeof ShadowRecord>;
