import { type ControlDocument, Release } from "@shortlist/contracts";
import { listArtifacts } from "../workspaces";
import type { ArtifactCache } from "./artifactCache";
import type { ControlStore } from "./controlStore";

/**
 * Notes what is being served as good and drops the artifacts that nothing needs any more. The previous release stays
 * on disk: rolling back must work with the artifact store away.
 */
export async function keepGood(o: {
  good: Map<string, ControlDocument>;
  serving: readonly ControlDocument[];
  store: ControlStore;
  cache: ArtifactCache;
}): Promise<void> {
  const { good, cache } = o;
  const keep = new Set<string>();
  const note = async (document: ControlDocument) => {
    if (document.release === null) return;
    keep.add(document.release.artifact.sha256);
    const bytes = await cache.load(document.release.artifact);
    const release = Release.safeParse(JSON.parse(bytes.toString("utf8")));
    if (release.success) for (const sha256 of listArtifacts(release.data)) keep.add(sha256);
  };
  for (const document of good.values()) await note(document);
  for (const document of o.serving) {
    if (document.release === null) continue;
    await note(document);
    good.set(document.workspace, document);
    await o.store.write("good", document);
  }
  await cache.prune(keep);
}
