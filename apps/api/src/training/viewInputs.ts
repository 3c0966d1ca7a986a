import type { FeatureView, ModelManifest } from "@shortlist/contracts";
import { computeItemColumns, type Lake } from "@shortlist/lake";
import { RANK_FEATURE_COUNT } from "@shortlist/ml";

/**
 * Outputs of item views as further inputs of the ranker, behind the rank features. Views of shoppers are left out: a
 * linear model adds what it knows of a shopper to all of their items alike, which orders nothing.
 */
export interface ViewInputs {
  readonly inputs: readonly ViewInput[];
  /** One value per item of the item table, per input; never NaN. */
  readonly columns: readonly Float32Array[];
}

export interface ViewInput {
  readonly view: string;
  readonly version: number;
  readonly output: string;
  /** Stands for an item without a value: the mean of the others when the ranker was first fitted. */
  readonly default: number;
}

export const NO_VIEW_INPUTS: ViewInputs = { inputs: [], columns: [] };

/** Name of an input: unique beside the rank features, which hold no dot. */
export function nameInput({ view, output }: ViewInput): string {
  return `${view}.${output}`;
}

/** Values at a moment. `like` gives the defaults, so that fits at different moments fill gaps alike. */
export async function computeViewInputs(
  lake: Lake,
  views: readonly FeatureView[],
  o: {
    workspace: string;
    itemIds: readonly string[];
    atMs: number;
    writeLagMs: number;
    like: ViewInputs | null;
  },
): Promise<ViewInputs> {
  const inputs: ViewInput[] = [];
  const columns: Float32Array[] = [];
  const events = lake.dedupedInteractions(o.workspace);
  for (const view of views) {
    for (const { output, values } of await computeItemColumns(lake, view, { ...o, events })) {
      const substitute = o.like?.inputs[inputs.length]?.default ?? computeMean(values);
      for (let i = 0; i < values.length; i++) if (Number.isNaN(values[i]!)) values[i] = substitute;
      inputs.push({ view: view.name, version: view.version, output, default: substitute });
      columns.push(values);
    }
  }
  return { inputs, columns };
}

/** Rows of rank features with the view inputs of their items behind: count × (rank features + inputs). */
export function widenRows(rows: Float32Array, items: ArrayLike<number>, o: ViewInputs): Float32Array {
  const extra = o.columns.length;
  if (extra === 0) return rows;
  const width = RANK_FEATURE_COUNT + extra;
  const wide = new Float32Array(items.length * width);
  for (let n = 0; n < items.length; n++) {
    wide.set(rows.subarray(n * RANK_FEATURE_COUNT, (n + 1) * RANK_FEATURE_COUNT), n * width);
    for (let c = 0; c < extra; c++) wide[n * width + RANK_FEATURE_COUNT + c] = o.columns[c]![items[n]!]!;
  }
  return wide;
}

/** What the ranker's manifest says of the inputs. */
export function toFeatureSpecs(o: ViewInputs): ModelManifest["features"] {
  return o.inputs.map((input) => ({
    name: nameInput(input),
    view: input.view,
    viewVersion: input.version,
    dtype: "float32" as const,
    default: input.default,
    min: null,
    max: null,
  }));
}

function computeMean(values: Float32Array): number {
  let sum = 0;
  let n = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    n++;
  }
  return n === 0 ? 0 : Math.fround(sum / n);
}
