// How lists of each surface are built as the product comes.
import {
  type CandidateSourceName,
  type ReleaseSurface,
  RerankPolicy,
  type SettingsBySurface,
  SURFACES,
  type Surface,
  type SurfaceSettings,
} from "@shortlist/contracts";

type Quotas = Partial<Record<CandidateSourceName, number>>;

interface SurfaceDefaults extends Pick<ReleaseSurface, "tier" | "budgetMs" | "candidateLimit"> {
  readonly quotas: Quotas;
  readonly rerank: Pick<RerankPolicy, "categoryCap" | "excludePurchased" | "excludeRecentlySeen"> &
    Partial<RerankPolicy>;
}

/**
 * Starting points per surface; quotas sum to more than the limit, because sources overlap.
 * - product_detail and cart lean on what is bought and looked at together; in a cart a purchased item can be
 *   wanted again, so purchases stay in.
 * - search suggestions ask the text first, and are typed along with, so their budget is the smallest.
 * - what was just looked at is left out, or a click would only bring the same product back; a search may find it.
 * - notifications are nobody's waiting page: a larger budget, nothing that was just seen, and more that is new.
 * - the walk reaches further than the co-visits it was made from, so it adds less on pages about one product.
 * - an editorial list is short and meant to be seen: its quota only guards against a list of a thousand.
 * - lists of what is popular, trending and new keep some room everywhere: a stranger has little else.
 */
const SURFACE_DEFAULTS: Record<Surface, SurfaceDefaults> = {
  home_feed: {
    tier: "home",
    budgetMs: 100,
    candidateLimit: 1000,
    quotas: {
      collaborative: 400,
      content: 300,
      covisitation: 200,
      graph_walk: 150,
      trending: 100,
      new_arrivals: 60,
      editorial: 50,
      segment_popular: 80,
      popular: 80,
    },
    rerank: {
      categoryCap: 4,
      excludePurchased: true,
      excludeRecentlySeen: 10,
      // Where people look around: two of twenty, most often items that few have taken up yet.
      exploration: { kind: "thompson", slotSharePct: 10, epsilon: 1, poolSize: 50 },
    },
  },
  product_detail: {
    tier: "related",
    budgetMs: 80,
    candidateLimit: 600,
    quotas: {
      collaborative: 100,
      content: 250,
      covisitation: 250,
      graph_walk: 100,
      trending: 30,
      new_arrivals: 20,
      editorial: 20,
      segment_popular: 30,
      popular: 30,
    },
    rerank: { categoryCap: 12, excludePurchased: true, excludeRecentlySeen: 5 },
  },
  cart: {
    tier: "related",
    budgetMs: 80,
    candidateLimit: 600,
    quotas: {
      collaborative: 150,
      content: 100,
      covisitation: 350,
      graph_walk: 100,
      trending: 30,
      editorial: 20,
      segment_popular: 30,
      popular: 30,
    },
    rerank: { categoryCap: 4, excludePurchased: false, excludeRecentlySeen: 5 },
  },
  search_suggestions: {
    tier: "related",
    budgetMs: 50,
    candidateLimit: 300,
    quotas: {
      search: 200,
      collaborative: 60,
      content: 60,
      covisitation: 40,
      graph_walk: 20,
      trending: 40,
      segment_popular: 30,
      popular: 30,
    },
    rerank: { categoryCap: 6, excludePurchased: false, excludeRecentlySeen: 0 },
  },
  notifications: {
    tier: "notification",
    budgetMs: 200,
    candidateLimit: 1000,
    quotas: {
      collaborative: 500,
      content: 300,
      covisitation: 200,
      graph_walk: 200,
      trending: 80,
      new_arrivals: 100,
      editorial: 50,
      segment_popular: 50,
      popular: 40,
    },
    rerank: { categoryCap: 3, excludePurchased: true, excludeRecentlySeen: 20 },
  },
};

/** A source may take this share of the budget: the ranker and the assembly need the rest. */
const SOURCE_BUDGET_SHARE = 0.4;

export function createSurfaces(
  rankerOf: (surface: Surface) => string | null,
  settings: SettingsBySurface = {},
): ReleaseSurface[] {
  return SURFACES.map((surface) => {
    const { ranker: _own, ...made } = settings[surface] ?? createDefaultSettings(surface);
    const ref = rankerOf(surface);
    return {
      surface,
      tier: SURFACE_DEFAULTS[surface].tier,
      ...made,
      rankers: ref === null ? [] : [{ model: ref, sharePct: 100 }],
    };
  });
}

export function createDefaultSettings(surface: Surface): SurfaceSettings {
  const { quotas, rerank, budgetMs, candidateLimit } = SURFACE_DEFAULTS[surface];
  return {
    mode: "live",
    budgetMs,
    candidateLimit,
    preRanker: null,
    ranker: null,
    rerank: RerankPolicy.parse(rerank),
    sources: Object.entries(quotas).map(([name, quota]) => ({
      name: name as CandidateSourceName,
      enabled: true,
      quota,
      timeoutMs: Math.round(budgetMs * SOURCE_BUDGET_SHARE),
    })),
  };
}
