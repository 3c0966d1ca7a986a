import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactRef } from "@shortlist/contracts";
import { type ArtifactStore, sha256Hex } from "@shortlist/platform";
import { ReleaseRefused } from "./releaseRefused";

/**
 * Verified copies of artifacts on this machine's disk, named by their hash. What is here makes a replica boot
 * with the artifact store away.
 */
export interface ArtifactCache {
  /** Bytes of an artifact, checked against its hash; from disk when there, else from the store. */
  load(ref: ArtifactRef): Promise<Buffer>;
  /** Path of the verified file, for libraries that read files themselves. */
  pathOf(ref: ArtifactRef): Promise<string>;
  /** Removes everything but the given hashes. */
  prune(keep: ReadonlySet<string>): Promise<void>;
}

export function createArtifactCache(stateDir: string, store: ArtifactStore): ArtifactCache {
  const root = join(stateDir, "artifacts");

  const load = async (ref: ArtifactRef): Promise<Buffer> => {
    const path = join(root, ref.sha256);
    const held = await readFile(path).catch(() => null);
    if (held !== null) {
      if (sha256Hex(held) === ref.sha256) return held;
      // A disk that lost bytes: the store may still have a good copy.
      await rm(path, { force: true });
    }
    const bytes = await fetchVerified(store, ref);
    await mkdir(root, { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, bytes);
    await rename(temporary, path);
    return bytes;
  };

  return {
    load,
    async pathOf(ref) {
      await load(ref);
      return join(root, ref.sha256);
    },
    async prune(keep) {
      const names = await readdir(root).catch(() => []);
      await Promise.all(
        names.filter((name) => !keep.has(name)).map((name) => rm(join(root, name), { force: true })),
      );
    },
  };
}

async function fetchVerified(store: ArtifactStore, ref: ArtifactRef): Promise<Buffer> {
  let bytes: Uint8Array;
  try {
    bytes = await store.get(ref.sha256);
  } catch (cause) {
    const isCorrupt = (cause as { code?: string }).code === "internal";
    throw new ReleaseRefused(
      isCorrupt ? "corrupt_artifact" : "artifact_unavailable",
      `${ref.name} (${ref.sha256.slice(0, 12)}): ${isCorrupt ? "its bytes do not match its hash" : "not in the artifact store"}`,
    );
  }
  if (sha256Hex(bytes) !== ref.sha256)
    throw new ReleaseRefused(
      "corrupt_artifact",
      `${ref.name} (${ref.sha256.slice(0, 12)}): its bytes do not match its hash`,
    );
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
