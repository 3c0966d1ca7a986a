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
  /** Stream of SlateLogRecord JSON, field `s`. */
  slates: (workspace: string) => `sl:{${workspace}:slates}:log`,
  /** String: SlateLogRecord JSON of one request, kept for SLATE_TTL_SECONDS. */
  slate: (workspace: string, requestId: string) => `sl:{${workspace}:r:${requestId}}:slate`,
  /** List: most recent request ids of the workspace, newest first, capped. */
  recentSlates: (workspace: string) => `sl:{${workspace}:slates}:recent`,
  /** Sorted set: itemId → time of the latest preference interaction (ms), capped to SHOPPER_RECENT_MAX. */
  recent: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:recent`,
  /** Sorted set: itemId → time of the latest purchase (ms). */
  purchased: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:purchased`,
  /** Set of itemIds the shopper hid. */
  blocked: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:blocked`,
  /** Hash: embeddingSpaceId → float32 little-endian user vector. */
  vector: (workspace: string, shopper: string) => `sl:{${workspace}:u:${shopper}}:vec`,
} as const;

export const SHOPPER_RECENT_MAX = 50;
export const SHOPPER_PURCHASED_MAX = 200;
/** 30 days: a shopper away for longer is better served from the archive-trained vector than a stale session. */
export const SHOPPER_STATE_TTL_SECONDS = 30 * 24 * 3600;
export const SLATE_TTL_SECONDS = 3600;
export const RECENT_SLATES_MAX = 200;
