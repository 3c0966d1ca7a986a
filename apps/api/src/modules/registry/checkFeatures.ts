import {
  type FeatureView,
  type FieldProblem,
  type ModelManifest,
  RANK_FEATURE_VIEW,
} from "@shortlist/contracts";
import { RANK_FEATURES } from "@shortlist/ml";
import { refuseModel } from "./refuseModel";

type Feature = ModelManifest["features"][number];

export interface FeatureSources {
  /** All published versions of the workspace's views. */
  readonly views: readonly { readonly view: FeatureView; readonly isRetired: boolean }[];
  /** The package brings values of item views, as a training run makes them. */
  readonly hasItemInputs: boolean;
}

/**
 * Holds every feature of a ranker to what a replica can fill when a request comes: its own features, or an output of a
 * published view of the shopper. Refuses with one problem for each that nothing gives.
 */
export function checkFeatureSources(features: readonly Feature[], sources: FeatureSources): void {
  const problems = features.flatMap((feature, i): FieldProblem[] => {
    const problem = findSourceProblem(feature, sources);
    return problem === null ? [] : [{ field: `manifest.features.${i}`, problem }];
  });
  if (problems.length === 0) return;
  const more = problems.length === 1 ? "" : ` (and ${problems.length - 1} more)`;
  throw refuseModel(`${problems[0]!.problem}${more}`, problems);
}

function findSourceProblem({ name, view, viewVersion }: Feature, sources: FeatureSources): string | null {
  if (view === RANK_FEATURE_VIEW) {
    const own: string[] = RANK_FEATURES.map((feature) => feature.name);
    if (viewVersion === 1 && own.includes(name)) return null;
    return `Feature ${name} is none that a replica fills itself. Those are ${own.join(", ")}. For another, name its view and version.`;
  }
  const id = `${view}@${viewVersion}`;
  const found = sources.views.find((each) => each.view.name === view && each.view.version === viewVersion);
  if (found === undefined) return `Feature ${name} is of ${id}, and no such view is published here.`;
  if (found.isRetired) return `Feature ${name} is of ${id}, which is retired. Take a version that is live.`;
  const { entity, features } = found.view;
  if (entity === "item" && sources.hasItemInputs) return null;
  if (entity !== "shopper")
    return `Feature ${name} is of ${id}, a view by ${entity}. Only a shopper's are read at a request; values by item are packed by training runs here.`;
  const outputs = features.flatMap((each) =>
    each.windows.map((window) => `${each.name}_${window ?? "ever"}`),
  );
  const output = name.startsWith(`${view}.`) ? name.slice(view.length + 1) : name;
  return outputs.includes(output) ? null : `${id} has no output ${output}; it has ${outputs.join(", ")}.`;
}

/** The ranges of a replica's own features, where the manifest does not give its own. */
export function fillRanges(features: readonly Feature[]): Feature[] {
  const own = new Map(RANK_FEATURES.map((feature) => [feature.name as string, feature]));
  return features.map((feature) => {
    const known = feature.view === RANK_FEATURE_VIEW ? own.get(feature.name) : undefined;
    if (known === undefined) return feature;
    return { ...feature, min: feature.min ?? known.min, max: feature.max ?? known.max };
  });
}
