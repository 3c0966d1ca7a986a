import * as z from "zod";
import { LiveFeatureView } from "./featureStore";
import { Sha256Hex, WorkspaceSlug } from "./ids";
import { ArtifactRef } from "./model";
import { EventRules } from "./quality";
import { CandidateSourceName, Surface } from "./recommend";
import { RuleSet } from "./rules";

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

/** Order of shedding, lowest first: background < notifications < related < home (S9). Not acted on yet. */
export const PriorityTier = z.enum(["background", "notification", "related", "home"]);

export const ReleaseSurface = z.object({
  surface: Surface,
  tier: PriorityTier,
  budgetMs: z.number().min(1),
  candidateLimit: z.int().min(10).max(5000),
  sources: z.array(ReleaseSource),
  /** Arms split traffic by sticky bucket; shares sum to 100. */
  rankers: z.array(z.object({ model: z.string(), sharePct: z.number().min(0).max(100) })),
  rerank: z.object({
    /** At most this many of one leaf category in any slate; slots left open by the cap are filled ignoring it. */
    categoryCap: z.int().min(1),
    excludePurchased: z.boolean(),
    /** Items seen this many most recent interactions ago or closer are left out. */
    excludeRecentlySeen: z.int().min(0),
  }),
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
  itemTable: z.object({ id: z.string(), nItems: z.int(), artifact: ArtifactRef }),
  /** Precomputed rungs 3 and 4 and the trending source, as item indexes. */
  lists: ArtifactRef,
  models: z.array(ReleaseModel),
  collaborative: z.string().nullable(),
  content: z.string().nullable(),
  covisitation: z.string().nullable(),
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
  /** What the edge asks of events; the defaults when absent. */
  eventRules: EventRules.optional(),
});
export type ControlDocument = z.infer<typeof ControlDocument>;

export const ReplicaReleaseState = z.object({
  workspace: z.string(),
  releaseId: z.string(),
  state: z.enum(["loading", "serving", "refused"]),
  reason: z.string().nullable(),
  loadMs: z.number().nullable(),
  nItems: z.int().nullable(),
});

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
});
export type ReplicaStatus = z.infer<typeof ReplicaStatus>;
