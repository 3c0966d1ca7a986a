import type { FeatureEntity } from "./featureView";

/**
 * Names of all Redis keys and streams. The part in braces is the cluster hash tag: everything one request reads
 * for a shopper lies in one slot, so it stays one round trip on Redis Cluster.
 */

/** Streams per workspace; a shopper always falls into the same one, so a shopper's events keep their order. */
export const EVENT_PARTITIONS = 4;

export const redisKeys = {
  /** Hash: workspace → ControlDocument JSON. */
  control: "sl:control",
  /** Pub/sub channel: the payload is the workspace whose control document changed. */
  controlChanged: "sl:control:changed",
  /** Hash: replicaId → ReplicaStatus JSON. */
  replicas: "sl:replicas",
  /** Stream of StoredInteraction JSON, field `e`. */
  events: (workspace: string, partition: number) => `sl:{${workspace}:p${partition}}:events`,
  /**
   * Stream of QuarantineEntry JSON, field `q`. One per partition: the script that appends an event or sets it aside
   * has both streams in one slot.
   */
  quarantine: (workspace: string, partition: number) => `sl:{${workspace}:p${partition}}:quarantine`,
  /** String, short-lived: what a shopper just did → the event id and time it came with. */
  lately: (workspace: string, partition: number, action: string) =>
    `sl:{${workspace}:p${partition}}:did:${action}`,
  /** Counter, short-lived: events of a shopper in a minute. */
  pace: (workspace: string, partition: number, shopperMinute: string) =>
    `sl:{${workspace}:p${partition}}:pace:${shopperMinute}`,
  /** String: set once a quarantined row was appended to the event stream, so that it is never appended again. */
  replayed: (workspace: string, partition: number, rowId: string) =>
    `sl:{${workspace}:p${partition}}:replayed:${rowId}`,
  /** Stream of SlateLogRecord JSON, field `s`. */
  slates: (workspace: string) => `sl:{${workspace}:slates}:log`,
  /** Stream of ShadowRecord JSON, field `s`. */
  shadows: (workspace: string) => `sl:{${workspace}:shadows}:log`,
  /** String: entry of the slate stream that holds the record of a request, kept for SLATE_TTL_SECONDS. */
  slate: (workspace: string, requestId: string) => `sl:{${workspace}:r:${requestId}}:slate`,
  /**
   * Stream of CatalogChange JSON, what the shop changed in the order in which it was acknowledged. An entry holds many,
   * each under a field `c` of its own.
   */
  catalog: (workspace: string) => `sl:{${workspace}:catalog}:changes`,
  /**
   * String: the position behind which the catalogue's stream is whole. Written by the worker alone; without it nobody
   * knows, as after Redis was emptied.
   */
  catalogSince: (workspace: string) => `sl:{${workspace}:catalog}:since`,
  /** Hash of counters of one minute over all replicas, kept for FUNNEL_MINUTES_TTL_SECONDS. */
  funnelMinute: (workspace: string, minute: number) => `sl:{${workspace}:funnel}:m:${minute}`,
  /** The same of ten minutes, kept for FUNNEL_TENS_TTL_SECONDS: a day is read as 144 hashes and not 1,440. */
  funnelTen: (workspace: string, ten: number) => `sl:{${workspace}:funnel}:t:${ten}`,
  /** String, short-lived: set once something was counted, so that a second try counts it no second time. */
  funnelMark: (workspace: string, mark: string) => `sl:{${workspace}:funnel}:d:${mark}`,
  /** String: the shopper's precomputed list of a surface, see encodePrecomputedList. Kept for PRECOMPUTED_TTL_SECONDS. */
  precomputed: (workspace: string, shopper: string, surface: string) =>
    `sl:{${workspace}:u:${shopper}}:list:${surface}`,
  /** List: most recent request ids of the workspace, newest first, capped. */
  recentSlates: (workspace: string) => `sl:{${workspace}:slates}:recent`,
  /** Sorted set: itemId → time of the latest preference interaction (ms), capped to SHOPPER_RECENT_MAX. */
  recent: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:recent`,
  /** Sorted set: itemId → time of the latest purchase (ms). */
  purchased: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:purchased`,
  /** Set of itemIds the shopper hid. */
  blocked: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:blocked`,
  /** Sorted set of `out` and `in`: when the shopper last opted out of personalisation and in again (ms). Never expires. */
  consent: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:consent`,
  /** Hash: embeddingSpaceId → float32 little-endian user vector. */
  vector: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:vec`,
  /**
   * String: state of one row of a feature view, folded from the stream, behind the token of its last write. `viewId` is
   * `name@version`. Written by `packages/online` alone.
   */
  featureStream: (workspace: string, viewId: string, row: FeatureRow) =>
    `sl:{${featureTag(workspace, row)}}:fs:${viewId}${featureRest(row)}`,
  /** String: state of one row of a feature view as a backfill computed it. */
  featureBatch: (workspace: string, viewId: string, row: FeatureRow & { readonly generation: string }) =>
    `sl:{${featureTag(workspace, row)}}:fb:${viewId}:${row.generation}${featureRest(row)}`,
  /**
   * Hash: `name@version` → FeatureStart JSON: from where on the stream is folded as it comes. After a change of the
   * states' format every view starts anew.
   */
  featureStarts: (workspace: string, stateFormat: number) =>
    `sl:{${workspace}:features}:starts:${stateFormat}`,
  /** Sorted set: stream worker → time of its latest sign of life (ms). They share the partitions among themselves. */
  streamWorkers: "sl:stream-workers",
  /** Hash: `name@version` → when events of shoppers were last written for the view (ms). */
  featureWrites: (workspace: string) => `sl:{${workspace}:features}:writes`,
  /** Hash: `name@version` → FeatureFreshness JSON. */
  featureFreshness: (workspace: string) => `sl:{${workspace}:features}:freshness`,
  /**
   * String beside the rows of a generation: the format of their states. While it is there, so are they: a Redis that was
   * emptied has lost both, and a backfill begins anew.
   */
  featureGeneration: (workspace: string, viewId: string, generation: string) =>
    `sl:{${workspace}:features}:generation:${viewId}:${generation}`,
} as const;

/** A row of a feature view: its entity and the parts of its key, in the order of `FEATURE_ENTITIES`. */
export interface FeatureRow {
  readonly entity: FeatureEntity;
  readonly key: readonly string[];
}

const FEATURE_TAGS = { shopper: "u", shopper_item: "u", item: "i", session: "s" } as const satisfies Record<
  FeatureEntity,
  string
>;

/** A shopper's rows lie beside the shopper's other state, so that one request reads one slot. */
function featureTag(workspace: string, row: FeatureRow): string {
  return `${workspace}:${FEATURE_TAGS[row.entity]}:${escapeTag(row.key[0] ?? "")}`;
}
function featureRest(row: FeatureRow): string {
  return row.key.length < 2 ? "" : `:${row.key.slice(1).join(":")}`;
}
/** A closing brace would end the hash tag early, and rows of one shopper would lie in different slots. */
function escapeTag(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("}", "%7D");
}

/** About a million events a partition, days of a mid-sized shop, while the worker archives within seconds. */
export const EVENT_STREAM_MAX = 1_000_000;
/** A flood of bad events must not take the memory of the good ones. */
export const QUARANTINE_STREAM_MAX = 200_000;
/**
 * Entries of up to 500 changes. A shop that changes everything all day stays far below while the worker runs; without
 * one the shop is told so before Redis is full.
 */
export const CATALOG_STREAM_MAX = 100_000;
/** Slates are large, and one that is not archived only leaves a request unexplained. */
export const SLATE_STREAM_MAX = 200_000;
/** A comparison that is not archived is one request less that was compared. */
export const SHADOW_STREAM_MAX = 50_000;

export const SHOPPER_RECENT_MAX = 50;
export const SHOPPER_PURCHASED_MAX = 200;
/** 30 days: a shopper away for longer is better served from the archive-trained vector than a stale session. */
export const SHOPPER_STATE_TTL_SECONDS = 30 * 24 * 3600;
export const SLATE_TTL_SECONDS = 3600;
/** Six hours by the minute, and the time it takes to look at them. */
export const FUNNEL_MINUTES_TTL_SECONDS = 7 * 3600;
export const FUNNEL_TENS_TTL_SECONDS = 49 * 3600;
export const RECENT_SLATES_MAX = 200;
