import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ReleaseSurface } from "@shortlist/contracts";
import { createFileArtifactStore } from "@shortlist/platform";
import { shopRankFeatures } from "../adapters/shopRankFeatures";
import { Breakers } from "../degrade/breakers";
import { createDegrader, type Degrader } from "../degrade/degrader";
import { createGuards } from "../degrade/guards";
import { PressureMeter } from "../degrade/pressureMeter";
import { createRecentSlates, type RecentSlates } from "../degrade/recentSlates";
import { createFunnel, type Funnel } from "../funnel/recommend";
import { createRelatedFunnel, type RelatedFunnel, type RelatedOptions } from "../funnel/related";
import { ListUse } from "../funnel/shopperList";
import { createSlateCache, type SlateCache } from "../funnel/slateCache";
import type { SlateRequest } from "../funnel/types";
import type { ShopperState, ShopperStore } from "../ports/shopperStore";
import { createArtifactCache } from "../release/artifactCache";
import type { LoadedRelease } from "../release/loadedRelease";
import { loadRelease } from "../release/loadRelease";
import { type CompiledRules, NO_RULES } from "../rules/compileRules";
import { createReleaseFixture, type FixtureOptions, type ReleaseFixture } from "./releaseFixture";

export interface LoadedFixture {
  readonly fixture: ReleaseFixture;
  readonly loaded: LoadedRelease;
}

/** A synthetic release, loaded as a replica loads it, from a temporary folder. */
export async function loadFixture(
  options: Partial<FixtureOptions> & { spareRows?: number } = {},
): Promise<LoadedFixture> {
  const dir = await mkdtemp(join(tmpdir(), "serving-fixture-"));
  const store = createFileArtifactStore(join(dir, "store"));
  const fixture = await createReleaseFixture({ workspace: "shop", store, ...options });
  const cache = createArtifactCache(join(dir, "state"), store);
  const loaded = await loadRelease(fixture.wanted, fixture.release.workspace, {
    cache,
    rankFeatures: shopRankFeatures,
    ...(options.spareRows === undefined ? {} : { spareRows: options.spareRows }),
  });
  return { fixture, loaded };
}

export const NO_STATE: ShopperState = {
  recentItems: [],
  recentAtMs: [],
  purchased: [],
  blocked: [],
  vector: null,
  isOptedOut: false,
};

/** A store that answers every shopper with the same state and counts how often it was asked. */
export function createFixedStore(state: ShopperState | "down" = NO_STATE): ShopperStore & { reads: number } {
  return {
    reads: 0,
    read() {
      this.reads++;
      return Promise.resolve(state === "down" ? { status: "down" } : { status: "ok", state });
    },
  };
}

export function openFunnel(
  loaded: LoadedRelease,
  shoppers: ShopperStore = createFixedStore(),
  {
    recentSlates = createRecentSlates(),
    rules = NO_RULES,
    degrader = createDegrader(loaded.surfaces),
    cache = createSlateCache(0),
    listUse = new ListUse(),
  }: {
    recentSlates?: RecentSlates;
    rules?: CompiledRules;
    degrader?: Degrader;
    cache?: SlateCache;
    listUse?: ListUse;
  } = {},
): Funnel {
  return createFunnel({
    ...createParts(loaded, { shoppers, degrader, rules }),
    recentSlates,
    cache,
    listUse,
  });
}

export function openRelatedFunnel(
  loaded: LoadedRelease,
  {
    shoppers = createFixedStore(),
    rules = NO_RULES,
    degrader = createDegrader(loaded.surfaces),
  }: { shoppers?: ShopperStore; rules?: CompiledRules; degrader?: Degrader } = {},
): RelatedFunnel {
  return createRelatedFunnel(createParts(loaded, { shoppers, degrader, rules }));
}

function createParts(
  loaded: LoadedRelease,
  o: { shoppers: ShopperStore; degrader: Degrader; rules: CompiledRules },
): RelatedOptions {
  return {
    loaded,
    shoppers: o.shoppers,
    degrader: o.degrader,
    guards: createGuards(loaded, new Breakers(() => performance.now(), Date.now)),
    load: new PressureMeter(() => performance.now()),
    rules: { current: o.rules },
    replicaId: "test",
    now: () => performance.now(),
    logsFeatures: () => true,
  };
}

export function slateRequest(changes: Partial<SlateRequest> = {}): SlateRequest {
  return {
    workspace: "shop",
    requestId: "request-1",
    surface: "home_feed",
    n: 20,
    shoppers: ["shopper"],
    isAnonymous: false,
    personalize: true,
    region: "DE",
    device: undefined,
    contextItemId: undefined,
    sessionItems: [],
    filters: undefined,
    logContext: {},
    startedMs: performance.now(),
    atMs: 1_000,
    ...changes,
  };
}

/** The same release with time for everything: for what must come out the same on a machine that is busy. */
export function withoutDeadlines(loaded: LoadedRelease): LoadedRelease {
  const relax = (surface: ReleaseSurface): ReleaseSurface => ({
    ...surface,
    budgetMs: 60_000,
    sources: surface.sources.map((source) => ({ ...source, timeoutMs: 60_000 })),
  });
  return {
    ...loaded,
    surfaces: new Map([...loaded.surfaces].map(([name, surface]) => [name, relax(surface)])),
  };
}
