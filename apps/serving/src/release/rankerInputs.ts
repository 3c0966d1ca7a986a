import type { LiveFeatureView, ModelManifest } from "@shortlist/contracts";
import type { RankerInput } from "../ports/ranker";
import { type Columns, requireItemTable } from "./columns";
import { ReleaseRefused } from "./releaseRefused";

export interface InputSources {
  /** Names of the features a replica fills itself, in their order. */
  readonly own: readonly string[];
  /** The ranker's values of item views; null when its package has none. */
  readonly itemInputs: Columns | null;
  readonly itemTable: { readonly id: string; readonly nItems: number; readonly capacity: number };
  /** Views that the control document names as live. */
  readonly views: readonly LiveFeatureView[];
}

/**
 * Where each feature of a ranker comes from: the replica itself, a column of the ranker's package, or a live view of
 * the shopper. Null when it wants exactly the replica's own features in their order, which is the fast case.
 *
 * @throws ReleaseRefused `feature_mismatch` naming the feature that nothing gives
 */
export function planRankerInputs(
  ref: string,
  features: ModelManifest["features"],
  sources: InputSources,
): readonly RankerInput[] | null {
  const { own, itemInputs, itemTable } = sources;
  if (features.length === own.length && features.every(({ name }, i) => name === own[i])) return null;
  const artifact = `${ref} item inputs`;
  if (itemInputs !== null) requireItemTable(itemInputs, itemTable.id, artifact);
  const columns = new Set(itemInputs?.names());
  return features.map((feature): RankerInput => {
    const index = own.indexOf(feature.name);
    if (index >= 0) return { kind: "own", index };
    if (columns.has(feature.name))
      return {
        kind: "item",
        values: extendColumn(
          itemInputs!.get(feature.name, Float32Array, itemTable.nItems),
          itemTable.capacity,
          feature.default,
        ),
      };
    return planShopperInput(ref, feature, sources.views);
  });
}

/** Items that come later have no reading yet: they take the default. */
function extendColumn(stored: Float32Array, capacity: number, value: number): Float32Array {
  const column = new Float32Array(capacity).fill(value);
  column.set(stored);
  return column;
}

function planShopperInput(
  ref: string,
  feature: ModelManifest["features"][number],
  views: readonly LiveFeatureView[],
): RankerInput {
  const viewId = `${feature.view}@${feature.viewVersion}`;
  const refuse = (why: string) =>
    new ReleaseRefused("feature_mismatch", `${ref}: feature ${feature.name} ${why}`);
  const live = views.find(({ view }) => `${view.name}@${view.version}` === viewId);
  if (live === undefined)
    throw refuse(`is neither this replica's, nor in the ranker's package, nor of a live view (${viewId})`);
  if (live.view.entity !== "shopper")
    throw refuse(`is of ${viewId}, a view by ${live.view.entity}: only the shopper's are read at a request`);
  const output = feature.name.startsWith(`${feature.view}.`)
    ? feature.name.slice(feature.view.length + 1)
    : feature.name;
  const outputs = live.view.features.flatMap(({ name, windows }) =>
    windows.map((window) => `${name}_${window ?? "ever"}`),
  );
  if (!outputs.includes(output)) throw refuse(`is no output of ${viewId}, which has ${outputs.join(", ")}`);
  return { kind: "shopper", viewId, output, default: feature.default };
}
