import {
  type ArtifactRef,
  type Release,
  type SettingsBySurface,
  SURFACES,
  type Surface,
} from "@shortlist/contracts";
import { AppError } from "@shortlist/platform";
import { toModelRef } from "./history";
import { createSurfaces } from "./surfaceDefaults";

/** A registered model version as it goes into a release. */
export interface CompiledVersion {
  readonly modelVersionId: string;
  readonly modelName: string;
  readonly version: number;
  readonly kind: string;
  readonly itemTableId: string | null;
  /** Of vectors and indexes: their space. Of a ranker: the space its scores were learned with, when it says. */
  readonly embeddingSpaceId?: string | null;
  readonly manifest: ArtifactRef;
  readonly artifacts: readonly ArtifactRef[];
}

export interface CompileInput {
  readonly itemTable: Release["itemTable"];
  readonly lists: ArtifactRef;
  readonly versions: {
    readonly collaborative: CompiledVersion | null;
    readonly content: CompiledVersion | null;
    readonly covisitation: CompiledVersion | null;
    readonly graphWalk: CompiledVersion | null;
    readonly ranker: CompiledVersion | null;
    /** Not a source by itself: what the lists were made from, kept for lineage. */
    readonly popularity: CompiledVersion | null;
  };
  /** Rankers of single surfaces, in place of the one of all the others. */
  readonly surfaceRankers?: Partial<Record<Surface, CompiledVersion>>;
  /** Versions that settings name as pre-rankers. */
  readonly preRankers?: readonly CompiledVersion[];
  /** Where a person has set how lists are built; the defaults elsewhere. */
  readonly settings?: SettingsBySurface;
}

export type ReleaseBody = Pick<
  Release,
  "itemTable" | "lists" | "models" | "collaborative" | "content" | "covisitation" | "graphWalk" | "surfaces"
>;

/**
 * The body of a release from model versions. Refuses versions that were made over another item table: every
 * per-item array of a release is read in one order, and mixing two would show the wrong products.
 */
export function compileRelease(input: CompileInput): ReleaseBody {
  const { itemTable, lists, versions, surfaceRankers = {}, preRankers = [], settings = {} } = input;
  const named = [...Object.values(versions), ...Object.values(surfaceRankers), ...preRankers];
  const used = [
    ...new Map(
      named.flatMap((version) => (version === null ? [] : [[version.modelVersionId, version]])),
    ).values(),
  ];
  for (const version of used) {
    if (version.itemTableId !== null && version.itemTableId !== itemTable.id)
      throw new AppError(
        "conflict",
        `${version.modelName} is over ${version.itemTableId}, not ${itemTable.id}`,
        {
          publicDetail: `${toModelRef(version.modelName, version.version)} was made over another item table than this release`,
        },
      );
  }
  checkSpaces(used);
  const refOf = (version: CompiledVersion | null) =>
    version === null ? null : toModelRef(version.modelName, version.version);
  return {
    itemTable,
    lists,
    models: used.map((version) => ({
      ref: toModelRef(version.modelName, version.version),
      modelVersionId: version.modelVersionId,
      kind: version.kind,
      manifest: version.manifest,
      artifacts: [...version.artifacts],
    })),
    collaborative: refOf(versions.collaborative),
    content: refOf(versions.content),
    covisitation: refOf(versions.covisitation),
    graphWalk: refOf(versions.graphWalk),
    surfaces: createSurfaces((surface) => refOf(surfaceRankers[surface] ?? versions.ranker), settings),
  };
}

/**
 * A ranker that says with the vectors of which training it learned is refused beside those of another: their products are
 * numbers like any other, and wrong. Tower and index of one training are one model version and cannot come apart.
 */
function checkSpaces(versions: readonly CompiledVersion[]): void {
  const vectors = versions.filter(({ kind }) => kind === "collaborative");
  for (const version of versions) {
    const space = version.embeddingSpaceId ?? null;
    if (space === null || version.kind !== "ranker") continue;
    if (vectors.some(({ embeddingSpaceId }) => embeddingSpaceId === space)) continue;
    const ref = toModelRef(version.modelName, version.version);
    const there = vectors.map(
      (each) => `${toModelRef(each.modelName, each.version)} of ${each.embeddingSpaceId ?? "no space"}`,
    );
    throw new AppError("conflict", `${ref} needs space ${space}`, {
      publicDetail: `${ref} was trained with vectors of the space ${space}, and this release has ${there.join(" and ") || "no vectors"}: take the vectors it was trained with, or train it again`,
    });
  }
}

/**
 * What settings name and a release over this item table cannot have: its surface is ranked as all others, or pre-ranked
 * by rank fusion, and the release's note says so. A new item table must not stop training from publishing.
 */
export function decideNamedModels(
  settings: SettingsBySurface,
  o: { find: (ref: string) => CompiledVersion | null; itemTableId: string },
): {
  settings: SettingsBySurface;
  rankers: Partial<Record<Surface, CompiledVersion>>;
  preRankers: CompiledVersion[];
  notes: string[];
} {
  const usable = (ref: string): CompiledVersion | null => {
    const version = o.find(ref);
    return version === null || (version.itemTableId !== null && version.itemTableId !== o.itemTableId)
      ? null
      : version;
  };
  const rankers: Partial<Record<Surface, CompiledVersion>> = {};
  const preRankers: CompiledVersion[] = [];
  const notes: string[] = [];
  const decided: SettingsBySurface = {};
  for (const surface of SURFACES) {
    const held = settings[surface];
    if (held === undefined) continue;
    decided[surface] = held;
    const ranker = held.ranker === null ? null : usable(held.ranker);
    if (ranker !== null) rankers[surface] = ranker;
    else if (held.ranker !== null) notes.push(`${surface} does without its ranker ${held.ranker}`);
    const preRef = held.preRanker?.model ?? null;
    const preRanker = preRef === null ? null : usable(preRef);
    if (preRanker !== null) preRankers.push(preRanker);
    else if (preRef !== null && held.preRanker !== null) {
      notes.push(`${surface} does without its pre-ranker ${preRef}`);
      decided[surface] = { ...held, preRanker: { ...held.preRanker, model: null } };
    }
  }
  return { settings: decided, rankers, preRankers, notes };
}

/** The ranker of surfaces that have none of their own, as a release shows it; null when it has no ranker. */
export function findGeneralRanker(
  release: Pick<Release, "surfaces">,
  settings: SettingsBySurface,
): string | null {
  const general = release.surfaces.find(({ surface }) => (settings[surface]?.ranker ?? null) === null);
  return (general ?? release.surfaces[0])?.rankers[0]?.model ?? null;
}

/** How an activation is recorded: an older release than the current one is a roll-back. */
export function decideActivation(o: {
  current: number | null;
  target: number;
}): "publish" | "rollback" | "none" {
  if (o.current === o.target) return "none";
  return o.current !== null && o.target < o.current ? "rollback" : "publish";
}
