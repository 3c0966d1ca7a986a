import * as z from "zod";
import { CatalogStatus } from "./catalog";
import { LiveFeatureView } from "./featureStore";
import { Sha256Hex, WorkspaceSlug } from "./ids";
import { ArtifactRef } from "./model";
import { EventRules } from "./quality";
import { CandidateSourceName, Surface } from "./recommend";
import { RolloutTraffic } from "./rollout";
import { RuleSet } from "./rules";
import { SURFACE_MODES } from "./vocabulary";

/**
 * A release is everything a replica needs to answer for one workspace, immutable and content-hashed. A replica
 * downloads, verifies and warms it before taking traffic, then acknowledges or refuses it (DESIGN invariant 1).
 */
export const ReleaseSource = z.object({
  name: CandidateSourceName,
  enabled: z.boolean(),
  quota: z.int().min(1).max(5000),
  timeoutMs: z.number().min(0.1),
});

/** Order of shedding, lowest first: background < notifications < related < home (S9). */
export const PriorityTier = z.enum(["background", "notification", "related", "home"]);

/** How a slate is put together from scored candidates. What is absent or null is not done. */
export const RerankPolicy = z.object({
  /** At most this many of one leaf category in any slate; slots left open by a cap are filled ignoring it. */
  categoryCap: z.int().min(1),
  brandCap: z.int().min(1).nullable().default(null),
  /** Ceiling of a seller's exposure in one slate. */
  sellerCap: z.int().min(1).nullable().default(null),
  excludePurchased: z.boolean(),
  /** Items seen this many most recent interactions ago or closer are left out. */
  excludeRecentlySeen: z.int().min(0),
  /** Maximal marginal relevance: 0 orders by score alone, 1 by difference from what is above alone. */
  diversity: z.number().min(0).max(1).default(0),
  /** Adds weight · 2^(−age / halfLifeDays) standard deviations to a score. */
  freshness: z
    .object({ weight: z.number().min(0).max(5), halfLifeDays: z.number().positive().max(365) })
    .nullable()
    .default(null),
  /** Slots whose item is drawn at random, with the probability of what was drawn in the slate log. */
  exploration: z
    .object({
      kind: z.enum(["epsilon", "thompson"]),
      /** Share of the slate's positions that explore, counted from the end; the first position never does. */
      slotSharePct: z.number().min(0).max(50),
      /** For `epsilon`: probability that such a slot draws uniformly instead of taking the best. */
      epsilon: z.number().min(0).max(1).default(1),
      /** Drawn from so many of the best candidates that are not in the slate. */
      poolSize: z.int().min(2).max(200).default(50),
    })
    .nullable()
    .default(null),
});
export type RerankPolicy = z.infer<typeof RerankPolicy>;

export const SurfaceMode = z.enum(SURFACE_MODES);
export type SurfaceMode = z.infer<typeof SurfaceMode>;

export const ReleaseSurface = z.object({
  surface: Surface,
  tier: PriorityTier,
  mode: SurfaceMode.default("live"),
  budgetMs: z.number().min(1),
  candidateLimit: z.int().min(10).max(5000),
  sources: z.array(ReleaseSource),
  /** Cuts the candidates to `keep` before the ranker: by a cheaper model of the release, or by rank fusion (null). */
  preRanker: z
    .object({ model: z.string().nullable(), keep: z.int().min(10).max(5000) })
    .nullable()
    .default(null),
  /** Arms split traffic by sticky bucket; shares sum to 100. */
  rankers: z.array(z.object({ model: z.string(), sharePct: z.number().min(0).max(100) })),
  rerank: RerankPolicy,
});
export type ReleaseSurface = z.infer<typeof ReleaseSurface>;

export const ReleaseModel = z.object({
  /** `name@version`, unique in the release. */
  ref: z.string(),
  modelVersionId: z.string(),
  kind: z.string(),
  manifest: ArtifactRef,
  artifacts: z.array(ArtifactRef),
});

export const Release = z.object({
  schemaVersion: z.literal(1),
  workspace: WorkspaceSlug,
  /** SHA-256 of the canonical JSON of this object without `releaseId`; see `computeReleaseId` in platform. */
  releaseId: Sha256Hex,
  number: z.int(),
  createdAt: z.iso.datetime(),
  createdBy: z.string(),
  note: z.string(),
  itemTable: z.object({
    id: z.string(),
    nItems: z.int(),
    artifact: ArtifactRef,
    /** The catalogue's changes up to this entry of their stream are in the table; a replica applies those after it. */
    catalogPosition: z.string().default("0-0"),
    /** Titles in the order of the table. A release of an older control plane has none. */
    texts: ArtifactRef.nullable().default(null),
  }),
  /** Precomputed rungs 3 and 4 and the trending source, as item indexes. */
  lists: ArtifactRef,
  models: z.array(ReleaseModel),
  collaborative: z.string().nullable(),
  content: z.string().nullable(),
  covisitation: z.string().nullable(),
  graphWalk: z.string().nullable().default(null),
  surfaces: z.array(ReleaseSurface),
});
export type Release = z.infer<typeof Release>;

/** What the lists artifact's meta holds beside its columns `popular` and `trending:<region|all>`, `segment:<name>`. */
export const ListsMeta = z.object({ segments: z.array(z.string()), trendingRegions: z.array(z.string()) });

/**
 * The per-workspace document that steers replicas: which release to serve and which API keys to accept. Published
 * to Redis by the control plane, kept on disk by every replica, so serving answers with the control plane down.
 */
export const ServingKey = z.object({
  id: z.string(),
  prefix: z.string(),
  sha256: Sha256Hex,
  scopes: z.array(z.enum(["recommend", "events", "catalog", "admin"])),
});
/**
 * What on-call has switched off or down on a surface, or on all; in force within seconds and without a release. Every
 * switch is in the safe direction: it makes an answer simpler, never empty.
 */
export const SurfaceSwitches = z.object({
  sourcesOff: z.array(CandidateSourceName).default([]),
  /** Candidates are ordered by rank fusion. */
  rankerOff: z.boolean().default(false),
  explorationOff: z.boolean().default(false),
  /** Nothing is computed: the shopper's last slate, else the lists (rungs 2 to 4). */
  listsOnly: z.boolean().default(false),
  /** Share of the surface's candidate limit that is used. */
  candidateSharePct: z.number().min(5).max(100).default(100),
});
export type SurfaceSwitches = z.infer<typeof SurfaceSwitches>;
export const SWITCH_TARGETS = ["all", ...Surface.options] as const;
export const Switches = z.partialRecord(z.enum(SWITCH_TARGETS), SurfaceSwitches);
export type Switches = z.infer<typeof Switches>;

export const ControlDocument = z.object({
  workspace: WorkspaceSlug,
  /** Grows with every change, so that a late message never undoes a newer one. */
  revision: z.int(),
  release: z.object({ releaseId: Sha256Hex, artifact: ArtifactRef }).nullable(),
  keys: z.array(ServingKey),
  /** Feature views that are folded and served. A document of an older control plane has none. */
  featureViews: z.array(LiveFeatureView).default([]),
  /** Rules that are switched on; they take effect without a release. Absent: none. */
  ruleSet: RuleSet.optional(),
  /** Kill switches. Absent: none is thrown. */
  switches: Switches.optional(),
  /** The rollout under way. Absent: none, and everybody gets `release`. */
  rollout: RolloutTraffic.optional(),
  /** What the edge asks of events; the defaults when absent. */
  eventRules: EventRules.optional(),
});
export type ControlDocument = z.infer<typeof ControlDocument>;

export const ReplicaReleaseState = z.object({
  workspace: z.string(),
  releaseId: z.string(),
  /**
   * `candidate`: loaded beside the release that is served, for the shoppers that a rollout gives it to. `standby`: loaded
   * and given to nobody, so that rolling back to it takes no time.
   */
  state: z.enum(["loading", "serving", "candidate", "refused", "standby"]),
  reason: z.string().nullable(),
  loadMs: z.number().nullable(),
  nItems: z.int().nullable(),
  /** The rollout whose candidate it is, loaded or refused. Absent: none. */
  rolloutId: z.string().optional(),
});

/** A dependency that is not asked while its breaker is open; half-open lets single requests try. */
export const BreakerStatus = z.object({
  /** `shopper_state`, `ranker:<ref>`, `source:<name>`, `event_log`. */
  name: z.string(),
  workspace: z.string().nullable(),
  state: z.enum(["closed", "open", "half_open"]),
  /** Failures in a row, or in the window that opened it. */
  failures: z.int(),
  sinceMs: z.number(),
});
/** What runs a ranker, and the execution providers that were asked for first and could not be had. */
export const ExecutionStatus = z.object({
  workspace: z.string(),
  ranker: z.string(),
  provider: z.string(),
  passedOver: z.array(z.object({ provider: z.string(), reason: z.string() })),
});
export const CacheStatus = z.object({ name: z.string(), hits: z.int(), misses: z.int(), entries: z.int() });

/** Heartbeat of one serving process, every 2 s. Older than 10 s: the console says "lost". */
export const ReplicaStatus = z.object({
  replicaId: z.string(),
  host: z.string(),
  pid: z.int(),
  startedAtMs: z.number(),
  heartbeatAtMs: z.number(),
  version: z.string(),
  releases: z.array(ReplicaReleaseState),
  rssBytes: z.number(),
  requests: z.number(),
  requestsPerSecond: z.number(),
  latencyMsP50: z.number().nullable(),
  latencyMsP99: z.number().nullable(),
  rungCounts: z.array(z.number()).length(5),
  gateViolations: z.number(),
  redis: z.enum(["up", "down"]),
  droppedSlateLogs: z.number(),
  /** 0 at rest, 1 when the process cannot keep up: how far candidate sets shrink and which tiers are shed (S9). */
  pressure: z.number().min(0).max(1).default(0),
  breakers: z.array(BreakerStatus).default([]),
  caches: z.array(CacheStatus).default([]),
  /** Absent: an older replica. */
  execution: z.array(ExecutionStatus).optional(),
  catalogs: z.array(CatalogStatus).default([]),
});
export type ReplicaStatus = z.infer<typeof ReplicaStatus>;
