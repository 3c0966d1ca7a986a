import { ArtifactRef, Evaluation, ModelCheck } from "@shortlist/contracts";
import * as z from "zod";

interface VersionRowLike {
  readonly id: string;
  readonly version: number;
  readonly manifestSha256: string;
  readonly artifacts: unknown;
  readonly evaluation: unknown;
  readonly check: unknown;
  readonly jobId: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
  readonly tags: readonly { readonly key: string; readonly value: string }[];
  readonly aliases: readonly { readonly alias: string }[];
}

/** A version as lists and pages show it. */
export function toVersionView(row: VersionRowLike) {
  return {
    id: row.id,
    version: row.version,
    manifestSha256: row.manifestSha256,
    artifacts: z.array(ArtifactRef).parse(row.artifacts),
    evaluation: row.evaluation === null ? null : Evaluation.parse(row.evaluation),
    check: row.check === null ? null : ModelCheck.parse(row.check),
    jobId: row.jobId,
    createdBy: row.createdBy,
    createdAt: row.createdAt,
    archivedAt: row.archivedAt,
    tags: row.tags.map(({ key, value }) => ({ key, value })),
    aliases: row.aliases.map(({ alias }) => alias),
  };
}
