import type { SurfaceSwitches } from "@shortlist/contracts";
import { CANDIDATE_SOURCES } from "@shortlist/contracts/vocabulary";

/** The form's fields as switches. */
export function readSwitches(form: Pick<FormData, "get" | "has">): SurfaceSwitches {
  return {
    listsOnly: form.has("listsOnly"),
    rankerOff: form.has("rankerOff"),
    explorationOff: form.has("explorationOff"),
    sourcesOff: CANDIDATE_SOURCES.filter((source) => form.has(`source:${source}`)),
    candidateSharePct: Number(form.get("candidateSharePct") ?? 100),
  };
}
