import { ModelKind, ModelLineage, Sha256Hex } from "@shortlist/contracts";
import * as z from "zod";

/** What registers a version whose files were uploaded before. */
export const RegisterInput = z.object({
  kind: ModelKind.default("ranker"),
  description: z.string().max(2_000).default(""),
  manifest: z.unknown(),
  artifacts: z.array(z.object({ name: z.string().min(1).max(128), sha256: Sha256Hex })).max(16),
  evaluation: z.null().default(null),
  makeGolden: z.boolean().default(false),
  lineage: ModelLineage.nullable().default(null),
});
