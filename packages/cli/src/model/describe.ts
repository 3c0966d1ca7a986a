// Models and versions in lines for people; the answers of the API are wider.

export interface FoundVersion {
  readonly name: string;
  readonly version: number;
  readonly kind: string;
  readonly createdAt: string;
  readonly aliases: readonly string[];
  readonly isServing: boolean;
}

export interface Found {
  readonly nFound: number;
  readonly versions: readonly FoundVersion[];
}

export interface ListedModel {
  readonly name: string;
  readonly kind: string;
  readonly nVersions: number;
  readonly serving: { readonly version: number; readonly releaseNumber: number } | null;
  readonly aliases: readonly { readonly alias: string; readonly version: number }[];
}

export interface ShownVersion {
  readonly version: {
    readonly version: number;
    readonly model: { readonly name: string; readonly kind: string; readonly description: string };
    readonly createdAt: string;
    readonly createdBy: string;
    readonly archivedAt: string | null;
    readonly aliases: readonly string[];
    readonly tags: readonly { readonly key: string; readonly value: string }[];
    readonly evaluation: {
      readonly subject: { readonly users: number; readonly metrics: Readonly<Record<string, number | null>> };
    } | null;
  };
  readonly manifest: { readonly features?: readonly { readonly name: string }[] };
  readonly lineage: { readonly holders: readonly { readonly what: string }[] };
}

export function describeModels(models: readonly ListedModel[]): string[] {
  if (models.length === 0) return ["no models"];
  return models.map(({ name, kind, nVersions, serving, aliases }) => {
    const named = aliases.map(({ alias, version }) => `${alias} v${version}`).join(" ");
    const serves =
      serving === null ? "not served" : `v${serving.version} serves in release ${serving.releaseNumber}`;
    return `${name}  ${kind}  ${nVersions} versions  ${serves}  ${named}`.trimEnd();
  });
}

export function describeFound({ versions, nFound }: Found): string[] {
  if (nFound === 0) return ["no version fits; archived ones are found with is:archived"];
  const lines = versions.map(({ name, version, kind, createdAt, aliases, isServing }) =>
    `${name}@${version}  ${kind}  ${createdAt}  ${isServing ? "serves  " : ""}${aliases.join(" ")}`.trimEnd(),
  );
  const more = nFound - versions.length;
  return more > 0 ? [...lines, `and ${more} older ones: search for less`] : lines;
}

export function describeVersion({ version, manifest, lineage }: ShownVersion): string[] {
  const { model, tags, aliases, evaluation } = version;
  const metrics = Object.entries(evaluation?.subject.metrics ?? {}).flatMap(([key, value]) =>
    value === null ? [] : [`${key} ${value.toFixed(4)}`],
  );
  const facts: [string, string][] = [
    ["made", `${version.createdAt} by ${version.createdBy}`],
    ["is", model.description],
    ["aliases", aliases.join(" ")],
    ["tags", tags.map(({ key, value }) => `${key}=${value}`).join(" ")],
    ["features", (manifest.features ?? []).map(({ name }) => name).join(" ")],
    ["measured", metrics.length === 0 ? "" : `${metrics.join(", ")}, n ${evaluation!.subject.users}`],
    ["held by", lineage.holders.map(({ what }) => what).join(", ")],
  ];
  return [
    `${model.name}@${version.version}  ${model.kind}${version.archivedAt === null ? "" : "  archived"}`,
    ...facts.flatMap(([name, text]) => (text === "" ? [] : [`  ${name.padEnd(9)} ${text}`])),
  ];
}
