import {
  type FeatureFreshness,
  type FeatureView,
  PROBE_ID,
  PROBE_SHOPPER,
  type StoredInteraction,
} from "@shortlist/contracts";
import type { FeaturePlan } from "@shortlist/ml";

// The pure part of measuring freshness: what a probe looks like, and what its samples say.

type Filter = NonNullable<FeatureView["source"]["where"]>;
type Fields = Record<string, string | number>;

/**
 * A synthetic event that belongs to the view: a shopper, item and session of its own, and fields that meet the view's
 * filter as far as that can be read off it.
 *
 * @returns null when no such event was found: the view cannot be probed
 */
export function createProbeEvent(
  { view, plan }: { view: FeatureView; plan: Pick<FeaturePlan, "accepts" | "keyOf"> },
  o: { eventId: string; nowMs: number },
): StoredInteraction | null {
  const wanted = view.source.where === undefined ? {} : suggestFields(view.source.where);
  const types = typeof wanted.type === "string" ? [wanted.type, ...view.source.types] : view.source.types;
  for (const type of types) {
    const event = withFields(
      {
        eventId: o.eventId,
        type: type as StoredInteraction["type"],
        itemId: PROBE_ID,
        shopper: PROBE_SHOPPER,
        anonymousShopper: null,
        sessionId: PROBE_ID,
        requestId: null,
        position: null,
        surface: null,
        occurredAtMs: o.nowMs,
        receivedAtMs: o.nowMs,
        value: null,
        currency: null,
        quantity: null,
        context: {},
      },
      wanted,
    );
    if (plan.accepts(event) && plan.keyOf(event) !== null) return event;
  }
  return null;
}

/** Values that make the comparisons of a filter true. A guess: the caller asks the filter itself. */
function suggestFields(filter: Filter): Fields {
  if ("all" in filter) return Object.assign({}, ...filter.all.map(suggestFields)) as Fields;
  if ("any" in filter) return suggestFields(filter.any[0]!);
  if ("not" in filter) return {};
  const { field } = filter;
  switch (filter.op) {
    case "eq":
    case "gte":
    case "lte":
      return { [field]: filter.value };
    case "gt":
      return { [field]: filter.value + 1 };
    case "lt":
      return { [field]: filter.value - 1 };
    case "in":
      return { [field]: filter.value[0]! };
    case "ne":
      return { [field]: typeof filter.value === "number" ? filter.value + 1 : `${filter.value}~` };
    case "exists":
      return { [field]: NUMBERS.has(field) ? 1 : PROBE_ID };
  }
}

const NUMBERS: ReadonlySet<string> = new Set(["position", "value", "quantity"]);
/** Whose probe it is stays as it is: a view of certain items cannot be probed without touching their rows. */
const KEYS: ReadonlySet<string> = new Set(["shopper", "itemId", "sessionId", "type"]);
const CONTEXT = "context.";

function withFields(event: StoredInteraction, fields: Fields): StoredInteraction {
  const own: Fields = {};
  const context: Fields = {};
  for (const [field, value] of Object.entries(fields)) {
    if (field.startsWith(CONTEXT)) context[field.slice(CONTEXT.length)] = value;
    else if (!KEYS.has(field)) own[field] = value;
  }
  return { ...event, ...own, context } as StoredInteraction;
}

/** Samples of ten minutes: long enough for a 95th percentile, short enough to show a change. */
const WINDOW_MS = 10 * 60_000;

/** Lags of one view's latest probes. */
export class ProbeSamples {
  private samples: { atMs: number; lagMs: number; isTimeout: boolean }[] = [];

  add(sample: { atMs: number; lagMs: number; isTimeout: boolean }): void {
    this.samples.push(sample);
  }

  /** Percentiles are nearest-rank: the smallest sample that so many percent do not exceed. */
  summarize(nowMs: number): Pick<FeatureFreshness, "p50Ms" | "p95Ms" | "n" | "timeouts"> {
    this.samples = this.samples.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
    const lags = this.samples.map(({ lagMs }) => lagMs).sort((a, b) => a - b);
    const at = (share: number) => lags[Math.ceil(share * lags.length) - 1] ?? null;
    return {
      p50Ms: at(0.5),
      p95Ms: at(0.95),
      n: lags.length,
      timeouts: this.samples.filter(({ isTimeout }) => isTimeout).length,
    };
  }
}
