import type { FeatureView } from "@shortlist/contracts";

export type PickedViews =
  | { readonly views: readonly FeatureView[] }
  | { readonly problems: readonly { field: string; problem: string }[] };

/** The published versions that the references name: `name` is the newest one. */
export function pickViews(
  published: readonly FeatureView[],
  { refs, field: list }: { readonly refs: readonly string[]; readonly field: string },
): PickedViews {
  const problems: { field: string; problem: string }[] = [];
  const views: FeatureView[] = [];
  refs.forEach((ref, i) => {
    const [name, version] = ref.split("@") as [string, string | undefined];
    const versions = published.filter((view) => view.name === name).sort((a, b) => b.version - a.version);
    const found =
      version === undefined ? versions[0] : versions.find((view) => view.version === Number(version));
    const field = `${list}.${i}`;
    if (versions.length === 0)
      problems.push({ field, problem: `${name} is not published: shortlist features list shows what is` });
    else if (found === undefined)
      problems.push({
        field,
        problem: `${name} has no version ${version}; the newest is ${versions[0]!.version}`,
      });
    else if (views.some((view) => view.name === name))
      problems.push({ field, problem: `${name} is named twice: choose one version` });
    else views.push(found);
  });
  return problems.length > 0 ? { problems } : { views };
}
