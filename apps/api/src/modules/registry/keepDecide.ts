/** Beyond so many, a model's versions that nothing points at leave the hot list. */
export const KEPT_VERSIONS = 10;

/** What points at a version, in words. */
export interface Holder {
  readonly kind: "release" | "rollout" | "alias" | "request" | "surface" | "version";
  readonly what: string;
}

/** Versions to archive: older than the newest ten of their model, and nothing points at them. Newest first goes in. */
export function decideArchival(
  versions: readonly { readonly id: string; readonly isArchived: boolean; readonly isHeld: boolean }[],
): string[] {
  return versions
    .filter(({ isArchived }) => !isArchived)
    .slice(KEPT_VERSIONS)
    .filter(({ isHeld }) => !isHeld)
    .map(({ id }) => id);
}
