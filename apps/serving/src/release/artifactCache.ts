import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ArtifactRef } from "@shortlist/contracts";
import { type ArtifactStore, sha256Hex } from "@shortlist/platform";
import { RetryBudget } from "../degrade/retryBudget";
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

export function createArtifactCache(
  stateDir: string,
  store: ArtifactStore,
  retries = new RetryBudget(),
): ArtifactCache {
  const root = join(stateDir, "artifacts");

  const load = async (ref: ArtifactRef): Promise<Buffer> => {
    const path = join(root, ref.sha256);
    const held = await readFile(path).catch(() => null);
    if (held !== null) {
      if (sha256Hex(held) === ref.sha256) return held;
      // A disk that lost bytes: the store may still have a good copy.
      await rm(path, { force: true });
    }
    const bytes = await fetchVerified(store, ref, retries);
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

const TRIES_MAX = 3;
/** Doubled before the next try. */
const RETRY_AFTER_MS = 100;

async function fetchVerified(store: ArtifactStore, ref: ArtifactRef, retries: RetryBudget): Promise<Buffer> {
  let bytes: Uint8Array;
  retries.earn();
  try {
    bytes = await getWithRetries(store, ref.sha256, retries);
  } catch (cause) {
    throw new ReleaseRefused(
      isCorrupt(cause) ? "corrupt_artifact" : "artifact_unavailable",
      `${ref.name} (${ref.sha256.slice(0, 12)}): ${isCorrupt(cause) ? "its bytes do not match its hash" : "not in the artifact store"}`,
    );
  }
  if (sha256Hex(bytes) !== ref.sha256)
    throw new ReleaseRefused(
      "corrupt_artifact",
      `${ref.name} (${ref.sha256.slice(0, 12)}): its bytes do not match its hash`,
    );
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function getWithRetries(
  store: ArtifactStore,
  sha256: string,
  retries: RetryBudget,
): Promise<Uint8Array> {
  for (let tries = 1; ; tries++) {
    try {
      return await store.get(sha256);
    } catch (error) {
      // Wrong bytes stay wrong; what is out of reach may be back in a moment.
      if (isCorrupt(error) || tries === TRIES_MAX || !retries.take()) throw error;
      await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS * 2 ** (tries - 1)));
    }
  }
}

function isCorrupt(error: unknown): boolean {
  return (error as { code?: string }).code === "internal";
}
