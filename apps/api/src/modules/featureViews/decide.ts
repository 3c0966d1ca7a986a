import {
  canonicalFeatureViewJson,
  FeatureView,
  type FieldProblem,
  findVersionProblem,
} from "@shortlist/contracts";
import * as z from "zod";
import { diffViews, type FieldChange } from "./diff";
import { toViewProblems } from "./problems";

/** What publishing one definition would do. */
export type ViewPlan =
  | {
      readonly action: "create" | "new_version";
      readonly name: string;
      readonly version: number;
      readonly view: FeatureView;
      /** Against the newest published version; for a new view everything is new, and this is empty. */
      readonly changes: readonly FieldChange[];
    }
  | {
      readonly action: "unchanged";
      readonly name: string;
      readonly version: number;
      readonly view: FeatureView;
    }
  | { readonly action: "refused"; readonly name: string | null; readonly problems: readonly FieldProblem[] };

/** Features that every ranker computes itself are named so in model manifests. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(["rank_features"]);

/** The version stands in for "the next one" until it is known. */
const DraftVersion = z.looseObject({ version: z.int().min(1).optional() });

/**
 * What applying definitions would do, one plan each, in order. A definition without a version is the newest one when
 * it says the same, else the next. Nothing here depends on the order of the definitions: a name may come once.
 */
export function planApply(published: readonly FeatureView[], drafts: readonly unknown[]): ViewPlan[] {
  const seen = new Set<string>();
  return drafts.map((draft) => {
    const plan = planOne(published, draft);
    if (plan.action === "refused") return plan;
    if (seen.has(plan.name))
      return refuse(plan.name, [
        { field: "name", problem: `${plan.name} is defined twice here: keep one definition` },
      ]);
    seen.add(plan.name);
    return plan;
  });
}

function planOne(published: readonly FeatureView[], draft: unknown): ViewPlan {
  const given = DraftVersion.safeParse(draft);
  const name = nameOf(draft);
  if (!given.success) return refuse(name, toViewProblems(given.error.issues));
  const versions = published.filter((view) => view.name === name).sort((a, b) => b.version - a.version);
  const newest = versions[0];
  const parsed = FeatureView.safeParse({
    ...given.data,
    version: given.data.version ?? (newest?.version ?? 0) + 1,
  });
  if (!parsed.success) return refuse(name, toViewProblems(parsed.error.issues));
  const view = parsed.data;
  if (RESERVED_NAMES.has(view.name))
    return refuse(name, [{ field: "name", problem: `${view.name} is a name of our own: choose another` }]);
  if (given.data.version === undefined) {
    if (newest !== undefined && isSame(newest, { ...view, version: newest.version }))
      return { action: "unchanged", name: view.name, version: newest.version, view: newest };
  } else {
    const same = versions.find((each) => each.version === view.version);
    if (same !== undefined && isSame(same, view))
      return { action: "unchanged", name: view.name, version: view.version, view: same };
  }
  const problem = findVersionProblem(published, view);
  if (problem !== null) {
    const clash = versions.find((each) => each.version === view.version);
    const changed = clash === undefined ? [] : diffViews(clash, view);
    return refuse(name, [
      problem,
      ...changed.map(({ field }) => ({
        field,
        problem: `differs from the published version ${view.version}`,
      })),
    ]);
  }
  return {
    action: newest === undefined ? "create" : "new_version",
    name: view.name,
    version: view.version,
    view,
    changes: newest === undefined ? [] : diffViews(newest, view),
  };
}

function isSame(a: FeatureView, b: FeatureView): boolean {
  return canonicalFeatureViewJson(a) === canonicalFeatureViewJson(b);
}

function refuse(name: string | null, problems: readonly FieldProblem[]): ViewPlan {
  return { action: "refused", name, problems };
}

function nameOf(draft: unknown): string | null {
  const name = (draft as { name?: unknown } | null)?.name;
  return typeof name === "string" ? name : null;
}

/** A model version that reads a view, and the releases it is part of. */
export interface Consumer {
  readonly modelName: string;
  readonly modelVersion: number;
  readonly kind: string;
  readonly viewVersion: number;
  /** Names of the model's inputs that come from the view. */
  readonly features: readonly string[];
  readonly releases: readonly { readonly number: number; readonly isCurrent: boolean }[];
}

export interface ManifestRow {
  readonly modelVersionId: string;
  readonly modelName: string;
  readonly modelVersion: number;
  readonly kind: string;
  readonly features: readonly {
    readonly name: string;
    readonly view: string;
    readonly viewVersion: number;
  }[];
}

export interface ReleaseRow {
  readonly number: number;
  readonly isCurrent: boolean;
  readonly modelVersionIds: readonly string[];
}

/** Who reads a view: every model version whose manifest names it, newest first, those that serve before the others. */
export function computeConsumers(
  name: string,
  o: { readonly models: readonly ManifestRow[]; readonly releases: readonly ReleaseRow[] },
): Consumer[] {
  const consumers = o.models.flatMap((model): Consumer[] => {
    const versions = new Set(model.features.filter((f) => f.view === name).map((f) => f.viewVersion));
    return [...versions].map((viewVersion) => ({
      modelName: model.modelName,
      modelVersion: model.modelVersion,
      kind: model.kind,
      viewVersion,
      features: model.features
        .filter((f) => f.view === name && f.viewVersion === viewVersion)
        .map((f) => f.name),
      releases: o.releases
        .filter((release) => release.modelVersionIds.includes(model.modelVersionId))
        .map(({ number, isCurrent }) => ({ number, isCurrent })),
    }));
  });
  return consumers.sort((a, b) => Number(serves(b)) - Number(serves(a)) || b.modelVersion - a.modelVersion);
}

/** Whether slates of right now depend on it. */
export function serves(consumer: Pick<Consumer, "releases">): boolean {
  return consumer.releases.some((release) => release.isCurrent);
}

/** Why a version may not be retired; null when it may. */
export function findRetireProblem(version: number, consumers: readonly Consumer[]): string | null {
  const serving = consumers.filter((consumer) => consumer.viewVersion === version && serves(consumer));
  if (serving.length === 0) return null;
  const names = serving.map(({ modelName, modelVersion }) => `${modelName}@${modelVersion}`).join(", ");
  return `Version ${version} is read by ${names} of the current release: publish a release without it first`;
}
