import type { SlateLogRecord } from "@shortlist/contracts";
import type { Funnel } from "../funnel/recommend";
import type { RelatedFunnel, RelatedRequest } from "../funnel/related";
import type { Slate, SlateRequest } from "../funnel/types";
import type { LoadedRelease } from "./loadedRelease";
import { ReleaseRefused } from "./releaseRefused";
import { toWarmUpRequest } from "./warmUpRequest";

/** Enough for the compiler to have optimised the path and for the index to be in the caches. */
const WARM_UP_REQUESTS = 200;

export interface WarmUpOptions {
  readonly workspace: string;
  readonly loaded: LoadedRelease;
  readonly funnel: Funnel;
  readonly related: RelatedFunnel;
  /** What shoppers asked lately, as the slate log has it; none on a new workspace or with Redis away. */
  readonly recent: readonly SlateLogRecord[];
  readonly now: () => number;
}

/**
 * Answers requests before the first real one: those that shoppers sent lately, and synthetic ones over sessions spread
 * through the catalogue up to a fixed number. Nothing is logged or remembered. A release that cannot fill a slate here
 * is refused.
 */
export async function warmUp(o: WarmUpOptions): Promise<void> {
  const replayed = o.recent.slice(0, WARM_UP_REQUESTS);
  for (const record of replayed) {
    const request = toWarmUpRequest(record, o.now());
    const slate = await answer(o, request);
    // A real request may have filters that nothing passes; one without has to get a slate.
    check(slate, record.filters === null);
  }
  for (let i = replayed.length; i < WARM_UP_REQUESTS; i++) {
    const request = createRequest(o, i);
    check(await o.funnel.recommend(request), true);
    if (i % 20 === 0) {
      const contextItemId = request.sessionItems[0]!;
      await o.related.relate({ ...request, contextItemId, kind: "similar" });
    }
  }
}

function answer(o: WarmUpOptions, request: SlateRequest | RelatedRequest): Promise<Slate> {
  return "kind" in request ? o.related.relate(request) : o.funnel.recommend(request);
}

function check({ response }: Slate, mustFill: boolean): void {
  if (mustFill && response.items.length === 0)
    throw new ReleaseRefused("warm_up_failed", "a warm-up request got an empty slate: no eligible item");
  if (response.items.some((item) => !Number.isFinite(item.score)))
    throw new ReleaseRefused("warm_up_failed", "a warm-up request got a score that is not a number");
}

function createRequest({ workspace, loaded, now }: WarmUpOptions, i: number): SlateRequest {
  const { items, release } = loaded;
  const step = Math.max(1, Math.floor(items.nItems / WARM_UP_REQUESTS));
  const anchor = (i * step) % items.nItems;
  const id = (offset: number) => items.idOf((anchor + offset) % items.nItems);
  return {
    workspace,
    requestId: `warm-up-${i}`,
    surface: release.surfaces[i % Math.max(1, release.surfaces.length)]?.surface ?? "home_feed",
    n: 20,
    shoppers: [],
    isAnonymous: true,
    personalize: true,
    region: undefined,
    device: undefined,
    contextItemId: undefined,
    sessionItems: [id(0), id(1), id(2)],
    queryText: undefined,
    filters: undefined,
    logContext: {},
    isPreview: true,
    startedMs: now(),
    atMs: 0,
  };
}
