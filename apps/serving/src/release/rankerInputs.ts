import type { LiveFeatureView, ModelManifest } from "@shortlist/contracts";
import type { ItemInputs, RankerInputs, ShopperInput } from "../ports/ranker";
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
): RankerInputs | null {
  const { own, itemInputs, itemTable } = sources;
  if (features.length === own.length && features.every(({ name }, i) => name === own[i])) return null;
  if (itemInputs !== null) requireItemTable(itemInputs, itemTable.id, `${ref} item inputs`);
  const held = new Set(itemInputs?.names());
  const ownInputs: RankerInputs["own"][number][] = [];
  const shopper: ShopperInput[] = [];
  const itemColumns: { readonly column: number; readonly feature: Feature }[] = [];
  features.forEach((feature, column) => {
    const index = own.indexOf(feature.name);
    if (index >= 0) ownInputs.push({ index, column });
    else if (held.has(feature.name)) itemColumns.push({ column, feature });
    else shopper.push({ column, ...planShopperInput(ref, feature, sources.views) });
  });
  const ownAt = ownInputs[0]?.column ?? -1;
  const areInPlace =
    ownInputs.length === own.length &&
    ownInputs.every(({ index, column }, i) => index === i && column === ownAt + i);
  return {
    own: ownInputs,
    ownAt: areInPlace ? ownAt : -1,
    items: itemColumns.length === 0 ? null : packItemInputs(itemColumns, itemInputs!, itemTable.nItems),
    shopper,
  };
}

type Feature = ModelManifest["features"][number];

/** Row by row: one request reads all values of a thousand items, and each item's then share a few cache lines. */
function packItemInputs(
  wanted: readonly { readonly column: number; readonly feature: Feature }[],
  itemInputs: Columns,
  nRows: number,
): ItemInputs {
  const values = new Float32Array(nRows * wanted.length);
  wanted.forEach(({ feature }, f) => {
    const source = itemInputs.get(feature.name, Float32Array, nRows);
    for (let row = 0; row < nRows; row++) values[row * wanted.length + f] = source[row]!;
  });
  return {
    values,
    nRows,
    columns: wanted.map(({ column }) => column),
    defaults: wanted.map(({ feature }) => feature.default),
  };
}

function planShopperInput(
  ref: string,
  feature: Feature,
  views: readonly LiveFeatureView[],
): Omit<ShopperInput, "column"> {
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
  return { viewId, output, default: feature.default };
}
