import { type ControlDocument, Release } from "@shortlist/contracts";
import { listArtifacts } from "../workspaces";
import type { ArtifactCache } from "./artifactCache";
import type { ControlStore } from "./controlStore";
import { listNeeded, type PlannedDocument } from "./plan";

/**
 * Notes what is being served as good and drops the artifacts that nothing needs any more. The previous release and the
 * candidate of a rollout stay on disk: rolling back must work with the artifact store away, and so must a restart.
 */
export async function keepGood(o: {
  good: Map<string, ControlDocument>;
  serving: readonly PlannedDocument[];
  store: ControlStore;
  cache: ArtifactCache;
}): Promise<void> {
  const { good, cache } = o;
  const keep = new Set<string>();
  const note = async (documents: readonly PlannedDocument[]) => {
    for (const { release: needed } of listNeeded(documents)) {
      keep.add(needed.artifact.sha256);
      const bytes = await cache.load(needed.artifact);
      const release = Release.safeParse(JSON.parse(bytes.toString("utf8")));
      if (release.success) for (const sha256 of listArtifacts(release.data)) keep.add(sha256);
    }
  };
  // Of what was good before, a candidate may have been refused and be out of reach.
  await note([...good.values()].map((document) => ({ ...document, isCandidateRefused: true })));
  await note(o.serving);
  for (const document of o.serving) {
    if (document.release === null) continue;
    good.set(document.workspace, document);
    await o.store.write("good", document);
  }
  await cache.prune(keep);
}
