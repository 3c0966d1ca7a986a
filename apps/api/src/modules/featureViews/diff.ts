import type { FeatureView } from "@shortlist/contracts";

/** One field that differs. Null: the field is not there on that side. Features are named, not numbered. */
export interface FieldChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/**
 * The fields in which two versions of a view differ, `version` itself left out. Features are compared by name, so that
 * one put in front does not read as a change of all others.
 */
export function diffViews(before: FeatureView, after: FeatureView): FieldChange[] {
  const { version: _before, features: oldFeatures, ...oldRest } = before;
  const { version: _after, features: newFeatures, ...newRest } = after;
  return [
    ...diffValues("", oldRest, newRest),
    ...diffValues("features", byName(oldFeatures), byName(newFeatures)),
  ];
}

function byName(features: FeatureView["features"]): Record<string, unknown> {
  return Object.fromEntries(features.map(({ name, ...rest }) => [name, rest]));
}

function diffValues(field: string, before: unknown, after: unknown): FieldChange[] {
  if (!isRecord(before) || !isRecord(after))
    return JSON.stringify(before) === JSON.stringify(after)
      ? []
      : [{ field, before: before ?? null, after: after ?? null }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    diffValues(field === "" ? name : `${field}.${name}`, before[name], after[name]),
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
