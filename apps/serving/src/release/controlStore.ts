import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ControlDocument } from "@shortlist/contracts";

/**
 * Control documents on this machine's disk, so a replica boots with everything else away. `control` is what the
 * control plane wants, `good` what was last served: they differ while a release is being loaded or was refused.
 */
export interface ControlStore {
  readAll(kind: ControlKind): Promise<ControlDocument[]>;
  write(kind: ControlKind, document: ControlDocument): Promise<void>;
}
export type ControlKind = "control" | "good";

export function createControlStore(stateDir: string): ControlStore {
  const root = join(stateDir, "workspaces");
  return {
    async readAll(kind) {
      const names = await readdir(root).catch(() => []);
      const read = names.map(async (name) => {
        const text = await readFile(join(root, name, `${kind}.json`), "utf8").catch(() => null);
        return text === null ? null : parseControlDocument(text);
      });
      return (await Promise.all(read)).filter((document) => document !== null);
    },
    async write(kind, document) {
      const dir = join(root, document.workspace);
      await mkdir(dir, { recursive: true });
      const path = join(dir, `${kind}.json`);
      const temporary = `${path}.${process.pid}.tmp`;
      // It holds hashes of keys, which nobody else on the machine needs to read.
      await writeFile(temporary, JSON.stringify(document), { mode: 0o600 });
      await rename(temporary, path);
    },
  };
}

/** A document that does not parse is no document: the last good one stays. */
export function parseControlDocument(text: string): ControlDocument | null {
  try {
    return ControlDocument.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
