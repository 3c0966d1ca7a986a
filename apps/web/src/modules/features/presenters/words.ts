import type { FeatureDefinition, FeatureEntity, FeatureView } from "@shortlist/contracts";
import { formatFilter } from "./filterText";

// Definitions in words, for people who read them.

export const ENTITY_WORDS: Readonly<Record<FeatureEntity, string>> = {
  shopper: "shopper",
  item: "item",
  shopper_item: "pair of shopper and item",
  session: "session",
};

export const MODE_WORDS: Readonly<Record<FeatureView["mode"], string>> = {
  batch: "from the nightly batch alone",
  stream: "from the event stream alone",
  both: "from the nightly batch, with the event stream over it",
};

const UNITS: Readonly<Record<string, string>> = { s: "second", m: "minute", h: "hour", d: "day" };

/** `7d` → "7 days", null → "all time". */
export function durationWords(duration: string | null): string {
  if (duration === null) return "all time";
  const n = Number(duration.slice(0, -1));
  const unit = UNITS[duration.at(-1)!] ?? "";
  return `${n} ${unit}${n === 1 ? "" : "s"}`;
}

/** Of what, from which events, for how long. */
export function describeView(view: FeatureView): string[] {
  const where = formatFilter(view.source.where);
  return [
    `One row per ${ENTITY_WORDS[view.entity]}, from ${listWords(view.source.types)} events${where === "" ? "" : ` where ${where}`}.`,
    `Computed ${MODE_WORDS[view.mode]}. Events that arrive more than ${durationWords(view.allowedLateness)} late are left out.`,
    view.ttl === null
      ? "Values never expire."
      : `A row whose newest event is older than ${durationWords(view.ttl)} has expired and serves the defaults.`,
  ];
}

/** What one feature computes, without its windows. */
export function describeFeature(feature: FeatureDefinition): string {
  const where = formatFilter(feature.where);
  return `${describeOp(feature)}${where === "" ? "" : ` where ${where}`}`;
}

function describeOp(feature: FeatureDefinition): string {
  switch (feature.op) {
    case "count":
      return "number of events";
    case "sum":
    case "mean":
      return `${feature.op} of ${feature.field}`;
    case "min":
      return `smallest ${feature.field}`;
    case "max":
      return `largest ${feature.field}`;
    case "distinct":
      return `number of different ${feature.field}, up to ${feature.bound}`;
    case "last":
      return `${feature.field} of the latest event`;
    case "last_n":
      return `${feature.field} of the latest ${feature.n} events`;
    case "time_since":
      return "seconds since the latest event";
    case "decayed_count":
      return `number of events, each counting half after ${durationWords(feature.halfLife)}`;
    case "ratio": {
      const { rate, weight } = feature.prior;
      const prior = weight === 0 ? "" : `, shrunk towards ${rate} with the weight ${weight}`;
      return `${describePart(feature.numerator)} per ${describePart(feature.denominator)}${prior}`;
    }
  }
}

type RatioPart = Extract<FeatureDefinition, { op: "ratio" }>["numerator"];

function describePart(part: RatioPart): string {
  const where = formatFilter(part.where);
  return `${part.field === undefined ? "events" : `sum of ${part.field}`}${where === "" ? "" : ` (${where})`}`;
}

/** Unit of a feature's values, for the title of its chart. */
export function unitOf(feature: FeatureDefinition): string {
  switch (feature.op) {
    case "count":
    case "decayed_count":
      return "events";
    case "distinct":
      return "different values";
    case "time_since":
      return "seconds";
    case "ratio":
      return "ratio";
    case "last":
    case "last_n":
    case "sum":
    case "mean":
    case "min":
    case "max":
      return feature.field;
  }
}

/** The feature and window an output such as `clicks_7d` stands for. */
export function findOutput(
  view: Pick<FeatureView, "features">,
  output: string,
): { feature: FeatureDefinition; window: string | null } | null {
  for (const feature of view.features)
    for (const window of feature.windows)
      if (`${feature.name}_${window ?? "ever"}` === output) return { feature, window };
  return null;
}

export function listWords(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? "") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** A changed value as one short line. */
export function changeWords(value: unknown): string {
  if (value === null || value === undefined) return "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}
