import type { ControlDocument, Release, SlateLogRecord } from "@shortlist/contracts";
import type { CatalogFollower } from "./catalog/catalogFollower";
import type { Breakers } from "./degrade/breakers";
import { createDegrader, type Degrader } from "./degrade/degrader";
import { createGuards } from "./degrade/guards";
import type { PressureMeter } from "./degrade/pressureMeter";
import { createRecentSlates } from "./degrade/recentSlates";
import { createFunnel, type Funnel } from "./funnel/recommend";
import { createRelatedFunnel, type RelatedFunnel } from "./funnel/related";
import { ListUse } from "./funnel/shopperList";
import { createSlateCache, type SlateCache } from "./funnel/slateCache";
import type { ShopperStore } from "./ports/shopperStore";
import type { LoadedRelease } from "./release/loadedRelease";
import { type LoadOptions, loadRelease } from "./release/loadRelease";
import type { NeededRelease } from "./release/plan";
import { ReleaseRefused } from "./release/releaseRefused";
import { warmUp } from "./release/warmUp";
import { RuleHolder } from "./rules/ruleHolder";

export interface WorkspaceRuntime {
  readonly workspace: string;
  readonly loaded: LoadedRelease;
  readonly rules: RuleHolder;
  readonly degrader: Degrader;
  readonly cache: SlateCache;
  readonly listUse: ListUse;
  readonly funnel: Funnel;
  readonly related: RelatedFunnel;
  readonly loadMs: number;
}

export type LoadOutcome =
  | {
      readonly workspace: string;
      readonly releaseId: string;
      readonly ok: true;
      readonly runtime: WorkspaceRuntime;
    }
  | { readonly workspace: string; readonly releaseId: string; readonly ok: false; readonly reason: string };

export interface WorkspaceLoader extends LoadOptions {
  readonly shoppers: ShopperStore;
  readonly replicaId: string;
  readonly load: PressureMeter;
  readonly breakers: Breakers;
  readonly slateCacheEntries: number;
  /** What shoppers were given lately, to warm up with their requests. */
  readonly listRecentSlates?: (workspace: string) => Promise<SlateLogRecord[]>;
  readonly now: () => number;
  readonly logsFeatures: () => boolean;
  /** Keeps the release's copy of the catalogue up with its stream; resolves when it has caught up or cannot. */
  readonly follow: CatalogFollower["follow"];
  /** Lets tests put sources, rankers and lists that misbehave in place of the release's own. */
  readonly alter?: (loaded: LoadedRelease) => LoadedRelease;
}

/** Loads, verifies and warms a release for the control document; a refusal is a value with its reason. */
export async function loadWorkspace(
  document: ControlDocument,
  { release, rolloutId }: NeededRelease,
  loader: WorkspaceLoader,
): Promise<LoadOutcome> {
  const { workspace } = document;
  const { releaseId } = release;
  const startedMs = loader.now();
  try {
    const { featureViews } = document;
    const own = await loadRelease(release, workspace, { ...loader, featureViews });
    const loaded = loader.alter?.(own) ?? own;
    const { shoppers, replicaId, load, now, logsFeatures } = loader;
    const rules = new RuleHolder(loaded.items);
    await rules.replace(document.ruleSet ?? null);
    const degrader = createDegrader(loaded.surfaces, load);
    degrader.replaceSwitches(document.switches ?? null);
    const guards = createGuards(
      loaded,
      loader.breakers,
      rolloutId === null ? "" : `#${loaded.release.number}`,
    );
    const parts = { loaded, rules, degrader, guards, load, shoppers, replicaId, now, logsFeatures };
    const cache = createSlateCache(loader.slateCacheEntries);
    const listUse = new ListUse();
    const funnel = createFunnel({ ...parts, cache, listUse, recentSlates: createRecentSlates() });
    const related = createRelatedFunnel(parts);
    const recent = (await loader.listRecentSlates?.(workspace)) ?? [];
    await warmUp({ workspace, loaded, funnel, related, recent, now: loader.now });
    await loader.follow(workspace, loaded.release.itemTable.catalogPosition, loaded.catalog);
    const runtime = {
      workspace,
      loaded,
      rules,
      degrader,
      cache,
      listUse,
      funnel,
      related,
      loadMs: Math.round(loader.now() - startedMs),
    };
    return { workspace, releaseId, ok: true, runtime };
  } catch (error) {
    const reason =
      error instanceof ReleaseRefused
        ? error.message
        : `unexpected: ${(error as Error).message ?? String(error)}`;
    return { workspace, releaseId, ok: false, reason };
  }
}

/** Everything a release refers to, for the pruning of the artifact cache. */
export function listArtifacts(release: Release): string[] {
  return [
    release.itemTable.artifact.sha256,
    ...(release.itemTable.texts === null ? [] : [release.itemTable.texts.sha256]),
    release.lists.sha256,
    ...release.models.flatMap((m) => [m.manifest.sha256, ...m.artifacts.map((a) => a.sha256)]),
  ];
}
