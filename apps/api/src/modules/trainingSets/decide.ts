import type { FeatureFreshness, FeatureView } from "@shortlist/contracts";

/** Without a measurement: an event was readable within a second in every load test of the stream worker. */
export const WRITE_LAG_ASSUMED_MS = 1_000;

export interface WriteLag {
  readonly ms: number;
  readonly source: "given" | "measured" | "assumed";
}

/**
 * How long before a slate an event must have been received for its features to have known it: as given, else the
 * slowest measured p95 of the views, so that no feature is given more than serving had.
 */
export function decideWriteLag(
  given: number | null,
  freshness: readonly (FeatureFreshness | null)[],
): WriteLag {
  if (given !== null) return { ms: given, source: "given" };
  const measured = freshness.flatMap((each) => (each?.p95Ms == null ? [] : [each.p95Ms]));
  if (measured.length === 0) return { ms: WRITE_LAG_ASSUMED_MS, source: "assumed" };
  return { ms: Math.max(...measured), source: "measured" };
}

export type PickedViews =
  | { readonly views: readonly FeatureView[] }
  | { readonly problems: readonly { field: string; problem: string }[] };

/** The published versions that the references name: `name` is the newest one. */
export function pickViews(published: readonly FeatureView[], refs: readonly string[]): PickedViews {
  const problems: { field: string; problem: string }[] = [];
  const views: FeatureView[] = [];
  refs.forEach((ref, i) => {
    const [name, version] = ref.split("@") as [string, string | undefined];
    const versions = published.filter((view) => view.name === name).sort((a, b) => b.version - a.version);
    const found =
      version === undefined ? versions[0] : versions.find((view) => view.version === Number(version));
    const field = `views.${i}`;
    if (versions.length === 0)
      problems.push({ field, problem: `${name} is not published: shortlist features list shows what is` });
    else if (found === undefined)
      problems.push({
        field,
        problem: `${name} has no version ${version}; the newest is ${versions[0]!.version}`,
      });
    else if (views.some((view) => view.name === name))
      problems.push({ field, problem: `${name} is named twice: choose one version` });
    else views.push(found);
  });
  return problems.length > 0 ? { problems } : { views };
}
