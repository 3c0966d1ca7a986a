import type { Tone } from "../../../components/ui/StateWord";
import { formatShare } from "../../../lib/format";
import type { ApiOutputs } from "../../../lib/trpc/client";

type ListStatus = ApiOutputs["lists"]["status"];
type ListSurface = ListStatus["surfaces"][number];

export const LIST_MODES: Readonly<Record<ListSurface["mode"], string>> = {
  live: "live",
  precomputed: "from lists",
  live_with_precomputed: "live, lists beneath",
};

/** What the last run left, or the one under way, in a few words. */
export function describeRun({ job, last, mode }: ListSurface): { says: string; tone: Tone; isOpen: boolean } {
  if (job?.state === "queued") return { says: "waiting for a worker", tone: "busy", isOpen: true };
  if (job?.state === "running")
    return { says: `${job.progressPct} %, ${job.step}`, tone: "busy", isOpen: true };
  if (job?.state === "failed") return { says: job.error ?? "failed", tone: "harm", isOpen: false };
  if (last === null)
    return { says: mode === "live" ? "none" : "none yet: served live", tone: "none", isOpen: false };
  return last.isOfCurrentRelease
    ? { says: "of the current release", tone: "pass", isOpen: false }
    : { says: "of another release: served live", tone: "warn", isOpen: false };
}

/** How often replicas found a list they looked for; no look-ups are no ratio. */
export function listVerdict({
  surfaces,
  hits,
  misses,
}: Pick<ListStatus, "surfaces" | "hits" | "misses">): string {
  const wanting = surfaces.filter(({ mode }) => mode !== "live").length;
  if (wanting === 0) return "Every surface is live";
  const asked = hits + misses;
  return asked === 0
    ? `${wanting} of ${surfaces.length} surfaces use lists; none was looked for yet`
    : `${wanting} of ${surfaces.length} surfaces use lists; found ${formatShare(hits / asked)} of ${asked} times`;
}
