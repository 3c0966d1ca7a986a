import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import type { SpoolDisk } from "../ports/spoolDisk";

/** The local file system. */
export const nodeSpoolDisk: SpoolDisk = {
  list: (path) =>
    readdir(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return [];
      throw error;
    }),
  async createFolder(path) {
    // It holds pseudonyms and what they looked at, which nobody else on the machine needs to read.
    await mkdir(path, { recursive: true, mode: 0o700 });
    await syncFolder(dirname(path));
  },
  async create(path) {
    const file = await open(path, "wx", 0o600);
    const { ino, dev } = await file.stat();
    await syncFolder(dirname(path));
    return {
      async write(bytes, position) {
        for (let done = 0; done < bytes.length; ) {
          const { bytesWritten } = await file.write(bytes, done, bytes.length - done, position + done);
          done += bytesWritten;
        }
      },
      sync: () => file.datasync(),
      truncate: (length) => file.truncate(length),
      isInPlace: () =>
        stat(path).then(
          (now) => now.ino === ino && now.dev === dev,
          () => false,
        ),
      close: () => file.close(),
    };
  },
  read: (path) => readFile(path),
  sizeOf: async (path) => (await stat(path)).size,
  remove: (path) => rm(path, { force: true }),
  removeFolder: (path) => rmdir(path).catch(() => undefined),
  rename,
  touch: (path) => utimes(path, new Date(), new Date()),
  modifiedAtMs: async (path) => (await stat(path)).mtimeMs,
};

/** A new name in a folder outlives a power cut only once the folder itself is on the disk. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
