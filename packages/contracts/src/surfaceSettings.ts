import * as z from "zod";
import { Surface } from "./recommend";
import { ReleaseSource, ReleaseSurface } from "./release";
import { CANDIDATE_SOURCES, FUNNEL_RANGES } from "./vocabulary";

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

export const FunnelRange = z.enum(Object.keys(FUNNEL_RANGES) as (keyof typeof FUNNEL_RANGES)[]);
export type FunnelRange = z.infer<typeof FunnelRange>;
