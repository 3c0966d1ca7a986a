import {
  type ArtifactRef,
  type CandidateSourceName,
  type Release,
  type ReleaseSurface,
  RerankPolicy,
  type Surface,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { toModelRef } from "./history";

/** A registered model version as it goes into a release. */
export interface CompiledVersion {
  readonly modelVersionId: string;
  readonly modelName: string;
  readonly version: number;
  readonly kind: string;
  readonly itemTableId: string | null;
  readonly manifest: ArtifactRef;
  readonly artifacts: readonly ArtifactRef[];
}

export interface CompileInput {
  readonly itemTable: Release["itemTable"];
  readonly lists: ArtifactRef;
  readonly versions: {
    readonly collaborative: CompiledVersion | null;
    readonly content: CompiledVersion | null;
    readonly covisitation: CompiledVersion | null;
    readonly ranker: CompiledVersion | null;
    /** Not a source by itself: what the lists were made from, kept for lineage. */
    readonly popularity: CompiledVersion | null;
  };
}

export type ReleaseBody = Pick<
  Release,
  "itemTable" | "lists" | "models" | "collaborative" | "content" | "covisitation" | "graphWalk" | "surfaces"
>;

/**
 * The body of a release from model versions. Refuses versions that were made over another item table: every
 * per-item array of a release is read in one order, and mixing two would show the wrong products.
 */
export function compileRelease({ itemTable, lists, versions }: CompileInput): ReleaseBody {
  const used = Object.values(versions).filter((version) => version !== null);
  for (const version of used) {
    if (version.itemTableId !== null && version.itemTableId !== itemTable.id)
      throw new AppError(
        "conflict",
        `${version.modelName} is over ${version.itemTableId}, not ${itemTable.id}`,
        {
          publicDetail: `${toModelRef(version.modelName, version.version)} was made over another item table than this release`,
        },
      );
  }
  const refOf = (version: CompiledVersion | null) =>
    version === null ? null : toModelRef(version.modelName, version.version);
  const rankerRef = refOf(versions.ranker);
  return {
    itemTable,
    lists,
    models: used.map((version) => ({
      ref: toModelRef(version.modelName, version.version),
      modelVersionId: version.modelVersionId,
      kind: version.kind,
      manifest: version.manifest,
      artifacts: [...version.artifacts],
    })),
    collaborative: refOf(versions.collaborative),
    content: refOf(versions.content),
    covisitation: refOf(versions.covisitation),
    graphWalk: null,
    surfaces: createDefaultSurfaces(rankerRef),
  };
}

type Quotas = Partial<Record<CandidateSourceName, number>>;

interface SurfaceDefaults extends Pick<ReleaseSurface, "tier" | "budgetMs" | "candidateLimit"> {
  readonly quotas: Quotas;
  readonly rerank: Pick<RerankPolicy, "categoryCap" | "excludePurchased" | "excludeRecentlySeen">;
}

/**
 * Starting points per surface; quotas sum to a little more than the limit, because sources overlap.
 * - product_detail and cart lean on what is bought and looked at together; in a cart a purchased item can be
 *   wanted again, so purchases stay in.
 * - search suggestions are typed along with, so their budget is the smallest.
 * - what was just looked at is left out, or a click would only bring the same product back; a search may find it.
 * - notifications are nobody's waiting page: a larger budget, and nothing that was just seen.
 */
const SURFACE_DEFAULTS: Record<Surface, SurfaceDefaults> = {
  home_feed: {
    tier: "home",
    budgetMs: 100,
    candidateLimit: 1000,
    quotas: { collaborative: 400, content: 300, covisitation: 200, trending: 150, popular: 150 },
    rerank: { categoryCap: 4, excludePurchased: true, excludeRecentlySeen: 10 },
  },
  product_detail: {
    tier: "related",
    budgetMs: 80,
    candidateLimit: 600,
    quotas: { collaborative: 100, content: 250, covisitation: 250, trending: 50, popular: 50 },
    rerank: { categoryCap: 12, excludePurchased: true, excludeRecentlySeen: 5 },
  },
  cart: {
    tier: "related",
    budgetMs: 80,
    candidateLimit: 600,
    quotas: { collaborative: 150, content: 100, covisitation: 350, trending: 50, popular: 50 },
    rerank: { categoryCap: 4, excludePurchased: false, excludeRecentlySeen: 5 },
  },
  search_suggestions: {
    tier: "related",
    budgetMs: 50,
    candidateLimit: 300,
    quotas: { collaborative: 100, content: 100, covisitation: 50, trending: 75, popular: 75 },
    rerank: { categoryCap: 6, excludePurchased: false, excludeRecentlySeen: 0 },
  },
  notifications: {
    tier: "notification",
    budgetMs: 200,
    candidateLimit: 1000,
    quotas: { collaborative: 500, content: 300, covisitation: 200, trending: 100, popular: 50 },
    rerank: { categoryCap: 3, excludePurchased: true, excludeRecentlySeen: 20 },
  },
};

/** A source may take this share of the budget: the ranker and the assembly need the rest. */
const SOURCE_BUDGET_SHARE = 0.4;

export function createDefaultSurfaces(rankerRef: string | null): ReleaseSurface[] {
  return Object.entries(SURFACE_DEFAULTS).map(([surface, { quotas, rerank, ...defaults }]) => ({
    surface: surface as Surface,
    mode: "live",
    preRanker: null,
    ...defaults,
    rerank: RerankPolicy.parse(rerank),
    sources: Object.entries(quotas).map(([name, quota]) => ({
      name: name as CandidateSourceName,
      enabled: true,
      quota,
      timeoutMs: Math.round(defaults.budgetMs * SOURCE_BUDGET_SHARE),
    })),
    rankers: rankerRef === null ? [] : [{ model: rankerRef, sharePct: 100 }],
  }));
}

/** How an activation is recorded: an older release than the current one is a roll-back. */
export function decideActivation(o: {
  current: number | null;
  target: number;
}): "publish" | "rollback" | "none" {
  if (o.current === o.target) return "none";
  return o.current !== null && o.target < o.current ? "rollback" : "publish";
}
