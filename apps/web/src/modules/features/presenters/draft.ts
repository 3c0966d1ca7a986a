import type {
  FeatureDefinition,
  FeatureEntity,
  FeatureView,
  FieldProblem,
  InteractionType,
} from "@shortlist/contracts";
import { formatFilter, parseFilter } from "./filterText";

// What the form holds, and the definition it means. Everything typed is text until it is a definition: a half-typed
// number is a problem that the API names, not a value that is lost.

export const OPS = [
  "count",
  "sum",
  "mean",
  "min",
  "max",
  "distinct",
  "last",
  "last_n",
  "ratio",
  "time_since",
  "decayed_count",
] as const satisfies readonly FeatureDefinition["op"][];
export const ENTITIES = [
  "shopper",
  "item",
  "shopper_item",
  "session",
] as const satisfies readonly FeatureEntity[];
const TYPES: Readonly<Record<InteractionType, true>> = {
  view: true,
  click: true,
  add_to_cart: true,
  purchase: true,
  skip: true,
  dwell: true,
  share: true,
  rating: true,
  hide: true,
  sign_in: true,
  opt_out: true,
  opt_in: true,
};
export const EVENT_TYPES = Object.keys(TYPES) as readonly InteractionType[];

export interface DraftFeature {
  /** Stays the same while the feature is edited and moved. */
  readonly key: number;
  readonly name: string;
  readonly description: string;
  readonly op: FeatureDefinition["op"];
  /** `1h, 7d, ever`. */
  readonly windows: string;
  readonly where: string;
  readonly field: string;
  /** Empty: what the operation implies. */
  readonly default: string;
  readonly bound: string;
  readonly n: string;
  readonly halfLife: string;
  readonly numeratorField: string;
  readonly numeratorWhere: string;
  readonly denominatorField: string;
  readonly denominatorWhere: string;
  readonly rate: string;
  readonly weight: string;
}

export interface DraftField {
  readonly key: number;
  readonly name: string;
  readonly type: "text" | "number";
  readonly pii: "none" | "pseudonymous" | "pii";
}

export interface Draft {
  readonly name: string;
  readonly description: string;
  readonly owner: string;
  readonly entity: FeatureEntity;
  readonly types: readonly InteractionType[];
  readonly where: string;
  readonly fields: readonly DraftField[];
  readonly features: readonly DraftFeature[];
  readonly ttl: string;
  readonly mode: FeatureView["mode"];
  readonly allowedLateness: string;
  readonly freshnessObjectiveSeconds: string;
}

export function createFeature(key: number, o: Partial<DraftFeature> = {}): DraftFeature {
  return {
    key,
    name: "",
    description: "",
    op: "count",
    windows: "1d, 7d",
    where: "",
    field: "",
    default: "",
    bound: "200",
    n: "10",
    halfLife: "1d",
    numeratorField: "",
    numeratorWhere: "",
    denominatorField: "",
    denominatorWhere: "",
    rate: "0",
    weight: "0",
    ...o,
  };
}

export function createDraft(owner: string): Draft {
  return {
    name: "",
    description: "",
    owner,
    entity: "shopper",
    types: ["view", "click", "add_to_cart", "purchase"],
    where: "",
    fields: [],
    features: [createFeature(0, { name: "clicks", where: "type = click" })],
    ttl: "",
    mode: "both",
    allowedLateness: "1d",
    freshnessObjectiveSeconds: "10",
  };
}

/** A published definition to start a new version from. */
export function toDraft(view: FeatureView): Draft {
  return {
    name: view.name,
    description: view.description,
    owner: view.owner,
    entity: view.entity,
    types: view.source.types,
    where: formatFilter(view.source.where),
    fields: Object.entries(view.fields).map(([name, { type, pii }], key) => ({ key, name, type, pii })),
    features: view.features.map(toDraftFeature),
    ttl: view.ttl ?? "",
    mode: view.mode,
    allowedLateness: view.allowedLateness,
    freshnessObjectiveSeconds: String(view.freshnessObjectiveSeconds),
  };
}

function toDraftFeature(feature: FeatureDefinition, key: number): DraftFeature {
  const given = "default" in feature ? feature.default : undefined;
  return createFeature(key, {
    name: feature.name,
    description: feature.description ?? "",
    op: feature.op,
    windows: feature.windows.map((window) => window ?? "ever").join(", "),
    where: formatFilter(feature.where),
    default: given === undefined ? "" : given === null ? "null" : String(given),
    ...("field" in feature ? { field: feature.field } : {}),
    ...(feature.op === "distinct" ? { bound: String(feature.bound) } : {}),
    ...(feature.op === "last_n" ? { n: String(feature.n) } : {}),
    ...(feature.op === "decayed_count" ? { halfLife: feature.halfLife } : {}),
    ...(feature.op === "ratio"
      ? {
          numeratorField: feature.numerator.field ?? "",
          numeratorWhere: formatFilter(feature.numerator.where),
          denominatorField: feature.denominator.field ?? "",
          denominatorWhere: formatFilter(feature.denominator.where),
          rate: String(feature.prior.rate),
          weight: String(feature.prior.weight),
        }
      : {}),
  });
}

export const HAS_FIELD: ReadonlySet<string> = new Set([
  "sum",
  "mean",
  "min",
  "max",
  "distinct",
  "last",
  "last_n",
]);

/** The definition a draft means, without a version, and what of it could not even be read. */
export function toDefinition(draft: Draft): {
  definition: Record<string, unknown>;
  problems: FieldProblem[];
} {
  const problems: FieldProblem[] = [];
  const readWhere = (text: string, field: string): { where?: unknown } => {
    const parsed = parseFilter(text);
    if ("problem" in parsed) {
      problems.push({ field, problem: `${parsed.problem} (at character ${parsed.at + 1})` });
      return {};
    }
    return parsed.filter === null ? {} : { where: parsed.filter };
  };
  const features = draft.features.map((feature, i) => {
    const at = `features.${i}`;
    const where = readWhere(feature.where, `${at}.where`);
    return {
      name: feature.name,
      ...(feature.description === "" ? {} : { description: feature.description }),
      op: feature.op,
      windows: splitWindows(feature.windows),
      ...where,
      ...(HAS_FIELD.has(feature.op) ? { field: feature.field } : {}),
      ...(feature.op === "distinct" ? { bound: toNumber(feature.bound) } : {}),
      ...(feature.op === "last_n" ? { n: toNumber(feature.n) } : {}),
      ...(feature.op === "decayed_count" ? { halfLife: feature.halfLife } : {}),
      ...(feature.op === "ratio"
        ? {
            numerator: {
              ...(feature.numeratorField === "" ? {} : { field: feature.numeratorField }),
              ...readWhere(feature.numeratorWhere, `${at}.numerator.where`),
            },
            denominator: {
              ...(feature.denominatorField === "" ? {} : { field: feature.denominatorField }),
              ...readWhere(feature.denominatorWhere, `${at}.denominator.where`),
            },
            prior: { rate: toNumber(feature.rate), weight: toNumber(feature.weight) },
          }
        : {}),
      ...(feature.default === "" || feature.op === "last_n" ? {} : { default: readDefault(feature.default) }),
    };
  });
  const definition = {
    name: draft.name,
    ...(draft.description === "" ? {} : { description: draft.description }),
    owner: draft.owner,
    entity: draft.entity,
    source: { types: draft.types, ...readWhere(draft.where, "source.where") },
    ...(draft.fields.length === 0
      ? {}
      : { fields: Object.fromEntries(draft.fields.map(({ name, type, pii }) => [name, { type, pii }])) }),
    features,
    ttl: draft.ttl.trim() === "" ? null : draft.ttl.trim(),
    mode: draft.mode,
    allowedLateness: draft.allowedLateness,
    freshnessObjectiveSeconds: toNumber(draft.freshnessObjectiveSeconds),
  };
  return { definition, problems };
}

function splitWindows(text: string): (string | null)[] {
  return text
    .split(",")
    .map((window) => window.trim())
    .filter((window) => window !== "")
    .map((window) => (window === "ever" ? null : window));
}

/** What is no number stays text, so that the problem shows it. */
function toNumber(text: string): number | string {
  const number = Number(text);
  return text.trim() === "" || !Number.isFinite(number) ? text : number;
}

function readDefault(text: string): number | string | null {
  return text.trim() === "null" ? null : toNumber(text);
}
