import type { Logger } from "@shortlist/platform";
import { AppError } from "@shortlist/platform";
import type { FastifyRequest } from "fastify";
import type { DurableLog } from "../collect/durableLog";
import type { FunnelCounter } from "../counters/funnelCounter";
import type { LiveViews } from "../features/liveViews";
import type { CatalogStream } from "../ports/catalogStream";
import type { FeatureStore } from "../ports/featureStore";
import type { PrecomputedLists } from "../ports/precomputedLists";
import type { SlateSink } from "../ports/slateSink";
import type { ReplicaStats } from "../replicaStats";
import type { ServedWorkspace } from "../rollout/servedWorkspace";
import type { ShadowRunner } from "../shadow/shadowRunner";
import type { WorkspaceRuntime } from "../workspaces";
import type { Caller, KeyRing } from "./keyRing";
import type { Metrics } from "./metrics";
import type { RateLimiter } from "./rateLimiter";

/** What the routes need; made once by the composition. */
export interface HttpContext {
  readonly logger: Logger;
  readonly keys: KeyRing;
  readonly limiter: RateLimiter;
  readonly served: ReadonlyMap<string, ServedWorkspace>;
  readonly eventLog: DurableLog;
  readonly catalog: CatalogStream;
  readonly slates: SlateSink;
  readonly lists: PrecomputedLists;
  readonly views: LiveViews;
  readonly features: FeatureStore;
  readonly metrics: Metrics;
  readonly stats: ReplicaStats;
  /** Compares answers with those of a rollout's candidate, off their path. */
  readonly shadows: Pick<ShadowRunner, "offer">;
  readonly funnelCounter: Pick<FunnelCounter, "observe">;
  readonly pseudonymKey: string;
  /** Monotonic and wall clock, ms. */
  readonly now: () => number;
  readonly wallClock: () => number;
  /** Metrics of all processes when there are several, else of this one. */
  readonly readMetrics: () => Promise<string>;
  /** Why the replica is not ready, or null. */
  readonly notReady: () => string | null;
  readonly isDraining: () => boolean;
  /** True while requests wait so long that what nobody waits for should not be begun. */
  readonly isBusy: () => boolean;
}

/** Authenticates and charges the caller's rate limit. */
export function admit(
  context: HttpContext,
  request: FastifyRequest,
  scope: "recommend" | "events" | "catalog" | "admin",
): Caller {
  const caller = context.keys.authenticate(request.headers.authorization, scope);
  if (!context.limiter.take(caller.keyId)) {
    context.metrics.rateLimited.inc();
    throw new AppError("rate_limited", `key ${caller.keyId} is over its rate`);
  }
  return caller;
}

export function getServed(context: HttpContext, workspace: string): ServedWorkspace {
  const served = context.served.get(workspace);
  if (served === undefined) throw new AppError("no_release", `workspace ${workspace} has no release`);
  return served;
}

/** The release that is served, whatever rollout is under way. */
export function getRuntime(context: HttpContext, workspace: string): WorkspaceRuntime {
  return getServed(context, workspace).stable;
}

const TRACEPARENT = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The W3C trace context of a request, or undefined; one that is malformed is as good as none. */
export function readTraceparent(request: FastifyRequest): string | undefined {
  const header = request.headers.traceparent;
  return typeof header === "string" && TRACEPARENT.test(header) ? header : undefined;
}
