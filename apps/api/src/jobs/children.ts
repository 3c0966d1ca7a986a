import { totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import type { JobName } from "@shortlist/contracts";

/** The bundle that runs each job, beside the worker's own; a job without one does not compile. */
const CHILD_FILES = {
  "training.run": "trainChild.js",
  "features.backfill": "backfillChild.js",
  "features.trainingSet": "trainingSetChild.js",
  "quality.replay": "replayChild.js",
  "quality.check": "checkChild.js",
  "lists.precompute": "listsChild.js",
} satisfies Record<JobName, string>;

export function childPathOf(name: JobName): string {
  return fileURLToPath(new URL(CHILD_FILES[name], import.meta.url));
}

/** Half of the memory: the rest is for typed arrays outside the heap, DuckDB and everybody else. */
export function decideHeapMb(totalBytes = totalmem()): number {
  return Math.max(1024, Math.min(16_384, Math.floor(totalBytes / 2 / 1024 / 1024)));
}
