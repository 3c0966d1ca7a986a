import type { ArtifactRef, Evaluation, ModelManifest } from "@shortlist/contracts";

export interface ComparedVersion {
  readonly ref: string;
  readonly manifest: ModelManifest;
  readonly artifacts: readonly ArtifactRef[];
  readonly evaluation: Evaluation | null;
}

/** One difference: what it was in the first version and what it is in the second; null: absent. */
export interface Difference {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface MetricDifference {
  readonly metric: string;
  readonly before: number | null;
  readonly after: number | null;
  /** Null when one of the two was not measured. */
  readonly change: number | null;
}

export interface VersionComparison {
  readonly manifest: readonly Difference[];
  readonly features: readonly Difference[];
  readonly parameters: readonly Difference[];
  readonly artifacts: readonly Difference[];
  readonly metrics: readonly MetricDifference[];
  /** Metrics measured on other days or by other rules are no comparison; what differs. */
  readonly metricsDifferIn: string | null;
}

const MANIFEST_FIELDS = [
  "kind",
  "input",
  "output",
  "scoreColumn",
  "outputColumns",
  "outputMeaning",
  "embeddingSpaceId",
  "dimensions",
  "itemTableId",
  "trainingWindow",
  "trainingDataHash",
  "golden",
  "linear",
  "unusedFeatures",
] as const satisfies readonly (keyof ModelManifest)[];

/** What differs between two versions, and nothing that is the same. */
export function compareVersions(a: ComparedVersion, b: ComparedVersion): VersionComparison {
  return {
    manifest: differ(
      MANIFEST_FIELDS.map((field) => [field, show(field, a.manifest), show(field, b.manifest)]),
    ),
    features: compareFeatures(a.manifest.features, b.manifest.features),
    parameters: differRecords(a.manifest.parameters, b.manifest.parameters),
    artifacts: differRecords(hashes(a.artifacts), hashes(b.artifacts)),
    metrics: compareMetrics(a.evaluation, b.evaluation),
    metricsDifferIn: findOtherGround(a.evaluation, b.evaluation),
  };
}

function differ(rows: readonly (readonly [string, string | null, string | null])[]): Difference[] {
  return rows.flatMap(([what, before, after]) => (before === after ? [] : [{ what, before, after }]));
}

function differRecords(a: Readonly<Record<string, unknown>>, b: Readonly<Record<string, unknown>>) {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const text = (value: unknown) => (value === undefined ? null : String(value));
  return differ(names.map((name) => [name, text(a[name]), text(b[name])]));
}

function show(field: (typeof MANIFEST_FIELDS)[number], manifest: ModelManifest): string | null {
  const value = manifest[field];
  if (value == null) return null;
  if (field === "golden") {
    const golden = value as NonNullable<ModelManifest["golden"]>;
    return `${golden.inputs.length} rows, ${golden.source ?? "given"}, scores ${golden.scores.slice(0, 3).join(", ")}…`;
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A feature that only changed its column counts as moved where the order of the common ones is another. */
function compareFeatures(a: ModelManifest["features"], b: ModelManifest["features"]): Difference[] {
  const describe = ({ view, viewVersion, default: fallback, min, max }: ModelManifest["features"][number]) =>
    `${view}@${viewVersion}, default ${fallback}, ${min ?? "any"} to ${max ?? "any"}`;
  const toRecord = (features: ModelManifest["features"]) =>
    Object.fromEntries(features.map((feature) => [feature.name, describe(feature)]));
  const changed = differRecords(toRecord(a), toRecord(b));
  const common = (features: ModelManifest["features"], others: ModelManifest["features"]) =>
    features.map(({ name }) => name).filter((name) => others.some((other) => other.name === name));
  const [before, after] = [common(a, b), common(b, a)];
  const moved = before
    .filter((name, i) => after[i] !== name)
    .map((name) => ({
      name,
      from: a.findIndex((f) => f.name === name),
      to: b.findIndex((f) => f.name === name),
    }));
  return [
    ...changed,
    ...moved.map(({ name, from, to }) => ({
      what: name,
      before: `column ${from}`,
      after: `column ${to}`,
    })),
  ];
}

function hashes(artifacts: readonly ArtifactRef[]): Record<string, string> {
  return Object.fromEntries(artifacts.map(({ name, sha256 }) => [name, sha256]));
}

function compareMetrics(a: Evaluation | null, b: Evaluation | null): MetricDifference[] {
  const [before, after] = [a?.subject.metrics ?? {}, b?.subject.metrics ?? {}];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((metric) => {
    const [x, y] = [before[metric] ?? null, after[metric] ?? null];
    return x === y ? [] : [{ metric, before: x, after: y, change: x === null || y === null ? null : y - x }];
  });
}

function findOtherGround(a: Evaluation | null, b: Evaluation | null): string | null {
  if (a === null || b === null) return null;
  const differing = (["protocol", "k", "splitAt", "testTo"] as const).filter(
    (field) => a[field] !== b[field],
  );
  return differing.length === 0 ? null : differing.join(", ");
}
