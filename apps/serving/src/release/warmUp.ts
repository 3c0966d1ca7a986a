import type { Funnel } from "../funnel/recommend";
import type { RelatedFunnel } from "../funnel/related";
import type { SlateRequest } from "../funnel/types";
import type { LoadedRelease } from "./loadedRelease";
import { ReleaseRefused } from "./releaseRefused";

/** Enough for the compiler to have optimised the path and for the index to be in the caches. */
const WARM_UP_REQUESTS = 200;

/**
 * Answers synthetic requests before the first real one, over sessions spread through the catalogue. Nothing is
 * logged. A release that cannot fill a slate here is refused.
 */
export async function warmUp(
  workspace: string,
  loaded: LoadedRelease,
  funnels: { funnel: Funnel; related: RelatedFunnel },
  now: () => number,
): Promise<void> {
  const { items, release } = loaded;
  const surfaces = release.surfaces.map((surface) => surface.surface);
  const step = Math.max(1, Math.floor(items.nItems / WARM_UP_REQUESTS));
  for (let i = 0; i < WARM_UP_REQUESTS; i++) {
    const anchor = (i * step) % items.nItems;
    const id = (offset: number) => items.idOf((anchor + offset) % items.nItems);
    const request: SlateRequest = {
      workspace,
      requestId: `warm-up-${i}`,
      surface: surfaces[i % Math.max(1, surfaces.length)] ?? "home_feed",
      n: 20,
      shoppers: [],
      isAnonymous: true,
      personalize: true,
      region: undefined,
      device: undefined,
      contextItemId: undefined,
      sessionItems: [id(0), id(1), id(2)],
      filters: undefined,
      logContext: {},
      startedMs: now(),
      atMs: 0,
    };
    const slate = await funnels.funnel.recommend(request);
    if (slate.response.items.length === 0)
      throw new ReleaseRefused("warm_up_failed", "a warm-up request got an empty slate: no eligible item");
    if (slate.response.items.some((item) => !Number.isFinite(item.score)))
      throw new ReleaseRefused("warm_up_failed", "a warm-up request got a score that is not a number");
    if (i % 20 === 0) await funnels.related.relate({ ...request, contextItemId: id(0), kind: "similar" });
  }
}
