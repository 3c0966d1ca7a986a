import { requireInput } from "../errors";

// What the fold needs of a feature view. The contract's FeatureView is assignable to it; this package stays a leaf.

export type FieldType = "text" | "number";
export type FilterValue = string | number;

/** A comparison with a missing field is false (also `ne`); `not` turns that into true. */
export type FilterSpec =
  | { field: string; op: "eq" | "ne"; value: FilterValue }
  | { field: string; op: "gt" | "gte" | "lt" | "lte"; value: number }
  | { field: string; op: "in"; value: FilterValue[] }
  | { field: string; op: "exists" }
  | { all: FilterSpec[] }
  | { any: FilterSpec[] }
  | { not: FilterSpec };

export interface RatioPartSpec {
  readonly field?: string | undefined;
  readonly where?: FilterSpec | undefined;
}

interface CommonSpec {
  readonly name: string;
  /** Durations such as `1h`; null is all time. */
  readonly windows: readonly (string | null)[];
  readonly where?: FilterSpec | undefined;
  readonly default?: FilterValue | null | undefined;
}

export type AggregationSpec = CommonSpec &
  (
    | { readonly op: "count" | "time_since" }
    | { readonly op: "sum" | "mean" | "min" | "max" | "last"; readonly field: string }
    | { readonly op: "distinct"; readonly field: string; readonly bound: number }
    | { readonly op: "last_n"; readonly field: string; readonly n: number }
    | { readonly op: "decayed_count"; readonly halfLife: string }
    | {
        readonly op: "ratio";
        readonly numerator: RatioPartSpec;
        readonly denominator: RatioPartSpec;
        readonly prior: { readonly rate: number; readonly weight: number };
      }
  );

export interface FeatureViewSpec {
  readonly name: string;
  readonly version: number;
  readonly entity: "shopper" | "item" | "shopper_item" | "session";
  readonly source: { readonly types: readonly string[]; readonly where?: FilterSpec | undefined };
  readonly fields: Readonly<Record<string, { readonly type: FieldType }>>;
  readonly features: readonly AggregationSpec[];
  readonly ttl: string | null;
  readonly allowedLateness: string;
}

/** An interaction as the fold reads it; the contract's StoredInteraction is assignable. Times in ms since 1970 UTC. */
export interface FeatureEvent {
  readonly eventId: string;
  readonly type: string;
  readonly itemId: string | null;
  readonly shopper: string;
  readonly sessionId: string | null;
  readonly requestId: string | null;
  readonly position: number | null;
  readonly surface: string | null;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  /** When it was released from quarantine: known only since then. */
  readonly correctedAtMs?: number | null | undefined;
  readonly value: number | null;
  readonly currency: string | null;
  readonly quantity: number | null;
  readonly context: Readonly<Record<string, unknown>>;
}

export type FeatureValue = number | string | null | readonly (number | string)[];

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `5m` → 300,000. Throws `invalid_option` for anything but a whole positive number of s, m, h or d. */
export function parseDurationMs(text: string): number {
  const match = /^([1-9]\d{0,4})([smhd])$/.exec(text);
  requireInput(
    match !== null,
    "invalid_option",
    `a duration is written like 30m, 1h or 7d, got ${JSON.stringify(text)}`,
  );
  return Number(match[1]) * UNIT_MS[match[2]!]!;
}
