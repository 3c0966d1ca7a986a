import * as z from "zod";
import { CANDIDATE_SOURCES, Surface } from "./recommend";
import { ReleaseSource, ReleaseSurface } from "./release";

/** `name@version` of a registered model. */
const ModelRef = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}@[1-9]\d{0,8}$/, "must be name@version");

/** How lists of a surface are built, as a person sets it. Releases are made with it until it is changed. */
export const SurfaceSettings = ReleaseSurface.pick({ mode: true, rerank: true }).extend({
  budgetMs: z.number().min(5).max(2_000),
  candidateLimit: z.int().min(10).max(5_000),
  /** A source that is not here is not asked. */
  sources: z.array(ReleaseSource).max(CANDIDATE_SOURCES.length),
  preRanker: z
    .object({ model: ModelRef.nullable(), keep: z.int().min(10).max(5_000) })
    .nullable()
    .default(null),
  /** The surface's own ranker; null for the one that all surfaces without their own have. */
  ranker: ModelRef.nullable().default(null),
});
export type SurfaceSettings = z.infer<typeof SurfaceSettings>;
export type SettingsBySurface = Partial<Record<Surface, SurfaceSettings>>;

/** What a candidate release was made with: becomes the surface's settings when that release is first served to everybody. */
export const HeldSettings = z.object({
  surface: Surface,
  /** Null: the defaults. */
  settings: SurfaceSettings.nullable(),
  /** The revision that was edited. */
  basedOn: z.int().min(0),
});
export type HeldSettings = z.infer<typeof HeldSettings>;

/** Time ranges of the funnel's counters, in minutes. */
export const FUNNEL_RANGES = { "15m": 15, "1h": 60, "6h": 360, "24h": 1_440 } as const;
export const FunnelRange = z.enum(["15m", "1h", "6h", "24h"]);
export type FunnelRange = z.infer<typeof FunnelRange>;
