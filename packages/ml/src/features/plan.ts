import {
  type Aggregate,
  type ContributionInput,
  count,
  createDecayedCount,
  createDistinct,
  createLastN,
  createRatio,
  last,
  max,
  mean,
  min,
  type NewestOnly,
  sum,
  timeSince,
} from "./aggregates";
import { compileField, compileFilter, type DeclaredFields, type ReadField } from "./filter";
import {
  type AggregationSpec,
  type FeatureEvent,
  type FeatureValue,
  type FeatureViewSpec,
  parseDurationMs,
  type RatioPartSpec,
} from "./spec";
import { getTileMs } from "./tiles";

export interface PlannedFeature {
  readonly aggregate: Aggregate;
  /** What the event adds to the feature; null when it does not contribute. */
  readonly readInput: (event: FeatureEvent) => ContributionInput | null;
}

/** Tiles of one size. Features share a level when their windows have the same tile size. */
export interface TileLevel {
  readonly tileMs: number;
  /** The longest window read from this level; null for the level of all time. */
  readonly windowMs: number | null;
  /** Indexes of the features that have a window here, in ascending order. */
  readonly features: readonly number[];
}

/** A feature of a level whose tiles need hold no more than its newest events. */
export interface OrderedSlot {
  readonly level: number;
  /** Place among the level's features, as in a tile's partials. */
  readonly at: number;
  readonly newest: NewestOnly;
}

/** One number or text the view answers: a feature over a window, named `clicks_7d` or `clicks_ever`. */
export interface FeatureOutput {
  readonly name: string;
  readonly feature: number;
  readonly level: number;
  readonly windowMs: number | null;
  /** Served when no event contributes to the window, or the row is expired. */
  readonly default: FeatureValue;
}

export interface FeaturePlan {
  /** `name@version`: a state of another view or version is refused. */
  readonly id: string;
  readonly features: readonly PlannedFeature[];
  readonly levels: readonly TileLevel[];
  readonly outputs: readonly FeatureOutput[];
  /** Where features that answer from their newest events alone stand in the tiles. */
  readonly ordered: readonly OrderedSlot[];
  /** Events put into tiles before it is worth leaving out of these slots what no read can reach. */
  readonly trimAfter: number;
  readonly ttlMs: number | null;
  readonly latenessMs: number;
  /** Whether a feature takes the latest events: it needs their ids to tell which of two at the same time that is. */
  readonly ordersEvents: boolean;
  readonly accepts: (event: FeatureEvent) => boolean;
  /** The row an event belongs to; null when a part of the key is missing. */
  readonly keyOf: (event: FeatureEvent) => readonly string[] | null;
}

/** For a view that keeps only the latest event or two, parsing its tiles with every few events would cost too much. */
const TRIM_AFTER_MIN = 8;

/** The event fields that make the key of each kind of row. */
export const ENTITY_KEYS = {
  shopper: ["shopper"],
  item: ["itemId"],
  shopper_item: ["shopper", "itemId"],
  session: ["sessionId"],
} as const satisfies Record<FeatureViewSpec["entity"], readonly (keyof FeatureEvent)[]>;

/**
 * Turns a view into what the fold runs. Made once per view, not per event. Cost O(features × windows).
 *
 * @throws MlInputError `unknown_field`, `invalid_option` for a definition that the contract would refuse
 */
export function compileFeaturePlan(view: FeatureViewSpec): FeaturePlan {
  const levels: { tileMs: number; windowMs: number | null; features: number[] }[] = [];
  const outputs = view.features.flatMap((spec, feature) =>
    spec.windows.map((window): FeatureOutput => {
      const windowMs = window === null ? null : parseDurationMs(window);
      const tileMs = getTileMs(windowMs);
      const isEver = windowMs === null;
      let level = levels.findIndex((l) => l.tileMs === tileMs && (l.windowMs === null) === isEver);
      if (level < 0) level = levels.push({ tileMs, windowMs, features: [] }) - 1;
      const found = levels[level]!;
      if (windowMs !== null) found.windowMs = Math.max(found.windowMs ?? 0, windowMs);
      if (found.features.at(-1) !== feature) found.features.push(feature);
      return { name: getOutputName(spec, window), feature, level, windowMs, default: getDefault(spec) };
    }),
  );
  const types = new Set(view.source.types);
  const passes = compileFilter(view.source.where, view.fields);
  const keys = ENTITY_KEYS[view.entity];
  const features = view.features.map((spec) => ({
    aggregate: createAggregate(spec),
    readInput: compileInput(spec, view.fields),
  }));
  const ordered = levels.flatMap((each, level) =>
    each.features.flatMap((feature, at): OrderedSlot[] => {
      const { newest } = features[feature]!.aggregate;
      return newest === undefined ? [] : [{ level, at, newest }];
    }),
  );
  return {
    id: `${view.name}@${view.version}`,
    features,
    levels,
    outputs,
    ordered,
    trimAfter:
      ordered.length === 0
        ? Number.POSITIVE_INFINITY
        : Math.max(TRIM_AFTER_MIN, ...ordered.map(({ newest }) => newest.n)),
    ttlMs: view.ttl === null ? null : parseDurationMs(view.ttl),
    latenessMs: parseDurationMs(view.allowedLateness),
    ordersEvents: ordered.length > 0,
    accepts: (event) => types.has(event.type) && passes(event),
    keyOf(event) {
      const key: string[] = [];
      for (const field of keys) {
        const part = event[field];
        if (part === null) return null;
        key.push(part);
      }
      return key;
    },
  };
}

export function getOutputName(spec: { readonly name: string }, window: string | null): string {
  return `${spec.name}_${window ?? "ever"}`;
}

/** As declared; else 0 for counts and sums, the prior's rate for a ratio that has one, [] for lists, null. */
export function getDefault(spec: AggregationSpec): FeatureValue {
  if (spec.op === "last_n") return [];
  if (spec.default !== undefined) return spec.default;
  if (spec.op === "ratio") return spec.prior.weight > 0 ? spec.prior.rate : null;
  return ["count", "sum", "distinct", "decayed_count"].includes(spec.op) ? 0 : null;
}

function createAggregate(spec: AggregationSpec): Aggregate {
  switch (spec.op) {
    case "count":
      return count;
    case "sum":
      return sum;
    case "mean":
      return mean;
    case "min":
      return min;
    case "max":
      return max;
    case "last":
      return last;
    case "time_since":
      return timeSince;
    case "distinct":
      return createDistinct(spec.bound);
    case "last_n":
      return createLastN(spec.n);
    case "ratio":
      return createRatio(spec.prior);
    case "decayed_count":
      return createDecayedCount(parseDurationMs(spec.halfLife));
  }
}

function compileInput(
  spec: AggregationSpec,
  declared: DeclaredFields,
): (event: FeatureEvent) => ContributionInput | null {
  const passes = compileFilter(spec.where, declared);
  if (spec.op === "ratio") {
    const numerator = compileRatioPart(spec.numerator, declared);
    const denominator = compileRatioPart(spec.denominator, declared);
    return (event) => {
      if (!passes(event)) return null;
      const n = numerator(event);
      const d = denominator(event);
      return n === null && d === null ? null : [n, d];
    };
  }
  const read: ReadField = "field" in spec ? compileField(spec.field, declared) : () => 1;
  return (event) => (passes(event) ? read(event) : null);
}

/** Negative amounts are read as missing: a ratio is of quantities, and its divisor never cancels to nearly 0. */
function compileRatioPart(part: RatioPartSpec, declared: DeclaredFields) {
  const passes = compileFilter(part.where, declared);
  const read: ReadField = part.field === undefined ? () => 1 : compileField(part.field, declared);
  return (event: FeatureEvent): number | null => {
    if (!passes(event)) return null;
    const amount = read(event) as number | null;
    return amount === null || amount < 0 ? null : amount;
  };
}
