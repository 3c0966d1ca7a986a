import type { ApiOutputs } from "../../../lib/trpc/client";

type Releases = ApiOutputs["releases"]["list"];
type Jobs = ApiOutputs["jobs"]["list"];

export interface StripEvent {
  readonly id: string;
  readonly at: Date;
  readonly kind: "release" | "job";
  readonly tone: "pass" | "harm" | "busy" | "none";
  readonly text: string;
  readonly who: string;
  readonly path: string;
}

const JOB_WORDS: Readonly<Record<string, string>> = {
  "training.run": "Training",
  "features.backfill": "Backfill",
  "features.trainingSet": "Training set",
  "quality.replay": "Repair",
  "quality.check": "Checks",
  "lists.precompute": "Lists",
};

/** What changed lately, newest first: releases made current and jobs. Checks that went well change nothing. */
export function stripEvents(
  releases: Releases | undefined,
  jobs: Jobs | undefined,
  limit = 12,
): StripEvent[] {
  const activations = (releases?.activations ?? []).map(
    (activation): StripEvent => ({
      id: `a-${activation.id}`,
      at: activation.createdAt,
      kind: "release",
      tone: activation.action === "rollback" ? "none" : "pass",
      text:
        activation.action === "rollback"
          ? `Rolled back to release ${activation.releaseNumber}`
          : `Release ${activation.releaseNumber} made current`,
      who: activation.actor,
      path: "/serving",
    }),
  );
  const telling = (jobs ?? []).filter(({ name, state }) => name !== "quality.check" || state === "failed");
  const runs = telling.map(
    (job): StripEvent => ({
      id: `j-${job.id}`,
      at: job.endedAt ?? job.startedAt ?? job.createdAt,
      kind: "job",
      tone:
        job.state === "succeeded"
          ? "pass"
          : job.state === "failed"
            ? "harm"
            : job.state === "cancelled"
              ? "none"
              : "busy",
      text: `${JOB_WORDS[job.name] ?? job.name} ${job.state}`,
      who: job.createdBy,
      path: `/jobs/${job.id}`,
    }),
  );
  return [...activations, ...runs].sort((a, b) => b.at.getTime() - a.at.getTime()).slice(0, limit);
}
