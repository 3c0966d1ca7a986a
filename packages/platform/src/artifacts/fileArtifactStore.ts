import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../appError";
import { sha256Hex } from "../identity";
import type { ArtifactStore } from "./artifactStore";
import { refuseOtherBytes, writeHashed } from "./hashStream";

/** Artifacts in a local folder: `<root>/<first two hex digits>/<sha256>`. A half-written file never has the name. */
export function createFileArtifactStore(root: string): ArtifactStore {
  const pathOf = (sha256: string) => join(root, sha256.slice(0, 2), sha256);

  const has = async (sha256: string) => {
    try {
      return (await stat(pathOf(sha256))).isFile();
    } catch {
      return false;
    }
  };

  return {
    has,
    async put(bytes) {
      const sha256 = sha256Hex(bytes);
      if (await has(sha256)) return sha256;
      const path = pathOf(sha256);
      await mkdir(join(root, sha256.slice(0, 2)), { recursive: true });
      // Unique per call: the same bytes may be stored twice at once, and renaming takes the file away.
      const temporary = `${path}.${randomUUID()}.tmp`;
      await writeFile(temporary, bytes);
      await rename(temporary, path);
      return sha256;
    },
    async get(sha256) {
      let bytes: Uint8Array;
      try {
        bytes = await readFile(pathOf(sha256));
      } catch (cause) {
        throw new AppError("not_found", `artifact ${sha256} is not in ${root}`, { cause });
      }
      return verifyArtifact(bytes, sha256);
    },
    async putStream(source, expected) {
      const incoming = join(root, "incoming");
      await mkdir(incoming, { recursive: true });
      const temporary = join(incoming, randomUUID());
      const written = await writeHashed(source, temporary, expected.bytesMax);
      if (expected.sha256 !== null && written.sha256 !== expected.sha256) {
        await rm(temporary);
        throw refuseOtherBytes(expected.sha256, written.sha256);
      }
      await mkdir(join(root, written.sha256.slice(0, 2)), { recursive: true });
      await rename(temporary, pathOf(written.sha256));
      return written;
    },
    async copyTo(sha256, path) {
      if (!(await has(sha256))) throw new AppError("not_found", `artifact ${sha256} is not in ${root}`);
      const written = await writeHashed(createReadStream(pathOf(sha256)), path, Number.POSITIVE_INFINITY);
      if (written.sha256 !== sha256) throw refuseCorrupt(sha256, written.sha256);
    },
    delete: (sha256) => rm(pathOf(sha256), { force: true }),
  };
}

/** Returns the bytes when they hash to `sha256`; throws `internal` naming the artifact when they do not. */
export function verifyArtifact(bytes: Uint8Array, sha256: string): Uint8Array {
  const actual = sha256Hex(bytes);
  if (actual !== sha256) throw refuseCorrupt(sha256, actual);
  return bytes;
}

export function refuseCorrupt(sha256: string, actual: string): AppError {
  return new AppError("internal", `artifact ${sha256} is corrupt: its bytes hash to ${actual}`);
}
