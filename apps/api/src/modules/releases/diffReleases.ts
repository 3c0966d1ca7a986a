import type { Release, ReleaseSurface, Surface } from "@shortlist/contracts";

const SOURCE_MODELS = ["collaborative", "content", "covisitation", "graphWalk"] as const;

/** One difference between two releases, in words for a person. */
export interface ReleaseChange {
  /** What it is about: `models`, `item table`, `lists`, or the name of a surface. */
  readonly where: string;
  readonly what: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What of a release shoppers can tell. */
export type ComparedRelease = Pick<
  Release,
  "itemTable" | "lists" | "models" | "surfaces" | (typeof SOURCE_MODELS)[number]
>;

export interface ReleaseDiff {
  readonly changes: readonly ReleaseChange[];
  /** Surfaces whose lists can come out otherwise. */
  readonly surfaces: readonly Surface[];
}

/** What would be different for shoppers if `to` served in place of `from`. Numbers, dates and notes of releases do not count. */
export function diffReleases(from: ComparedRelease, to: ComparedRelease): ReleaseDiff {
  const shared = [...diffItemTable(from, to), ...diffSources(from, to), ...diffModels(from, to)];
  const changes = [...shared];
  const surfaces: Surface[] = [];
  for (const surface of to.surfaces) {
    const before = from.surfaces.find((held) => held.surface === surface.surface);
    const own =
      before === undefined ? [change(surface.surface, "surface", null, "new")] : diffSurface(before, surface);
    changes.push(...own);
    if (own.length > 0 || shared.some(({ where }) => where !== "models")) surfaces.push(surface.surface);
  }
  for (const { surface } of from.surfaces)
    if (!to.surfaces.some((held) => held.surface === surface))
      changes.push(change(surface, "surface", "served", null));
  return { changes, surfaces };
}

function change(where: string, what: string, from: string | null, to: string | null): ReleaseChange {
  return { where, what, from, to };
}

function differ(where: string, what: string, from: unknown, to: unknown): ReleaseChange[] {
  const [before, after] = [show(from), show(to)];
  return before === after ? [] : [change(where, what, before, after)];
}

function show(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function diffItemTable(from: ComparedRelease, to: ComparedRelease): ReleaseChange[] {
  if (from.itemTable.artifact.sha256 === to.itemTable.artifact.sha256)
    return differ("lists", "content", from.lists.sha256.slice(0, 12), to.lists.sha256.slice(0, 12));
  const describe = ({ id, nItems }: Release["itemTable"]) => `${id}, ${nItems} items`;
  return [
    change("item table", "content", describe(from.itemTable), describe(to.itemTable)),
    ...differ("lists", "content", from.lists.sha256.slice(0, 12), to.lists.sha256.slice(0, 12)),
  ];
}

function diffSources(from: ComparedRelease, to: ComparedRelease): ReleaseChange[] {
  return SOURCE_MODELS.flatMap((source) => differ("sources", `model of ${source}`, from[source], to[source]));
}

/** The same name and version with other files: cannot happen by registering, and must not go unseen. */
function diffModels(from: ComparedRelease, to: ComparedRelease): ReleaseChange[] {
  const before = new Map(from.models.map((model) => [model.ref, model]));
  const after = new Set(to.models.map(({ ref }) => ref));
  return [
    ...to.models.flatMap((model) => {
      const held = before.get(model.ref);
      if (held === undefined) return [change("models", model.kind, null, model.ref)];
      return held.manifest.sha256 === model.manifest.sha256
        ? []
        : [
            change(
              "models",
              `files of ${model.ref}`,
              held.manifest.sha256.slice(0, 12),
              model.manifest.sha256.slice(0, 12),
            ),
          ];
    }),
    ...from.models.flatMap(({ ref, kind }) => (after.has(ref) ? [] : [change("models", kind, ref, null)])),
  ];
}

function diffSurface(from: ReleaseSurface, to: ReleaseSurface): ReleaseChange[] {
  const at = to.surface;
  const describeRankers = ({ rankers }: ReleaseSurface) =>
    rankers.map(({ model, sharePct }) => (sharePct === 100 ? model : `${model} ${sharePct} %`)).join(", ") ||
    null;
  const sources = new Set([...from.sources, ...to.sources].map(({ name }) => name));
  const describeSource = ({ sources: held }: ReleaseSurface, name: string) => {
    const source = held.find((one) => one.name === name);
    return source === undefined || !source.enabled ? "off" : `${source.quota} within ${source.timeoutMs} ms`;
  };
  return [
    ...differ(at, "ranker", describeRankers(from), describeRankers(to)),
    ...differ(at, "pre-ranker", from.preRanker, to.preRanker),
    ...differ(at, "mode", from.mode, to.mode),
    ...differ(at, "budget ms", from.budgetMs, to.budgetMs),
    ...differ(at, "candidate limit", from.candidateLimit, to.candidateLimit),
    ...[...sources].flatMap((name) =>
      differ(at, `source ${name}`, describeSource(from, name), describeSource(to, name)),
    ),
    ...Object.keys({ ...from.rerank, ...to.rerank }).flatMap((key) =>
      differ(
        at,
        `re-ranking: ${key}`,
        from.rerank[key as keyof typeof from.rerank],
        to.rerank[key as keyof typeof to.rerank],
      ),
    ),
  ];
}
