import type { SurfaceMode } from "@shortlist/contracts";

export const MODE_LABELS: Readonly<Record<SurfaceMode, string>> = {
  live: "live, from the funnel",
  precomputed: "precomputed",
  live_with_precomputed: "live, with precomputed beneath",
};
