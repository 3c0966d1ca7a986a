// Where things lie. Everything that running leaves behind is under `dataDir`, except Postgres data when the
// user is root (see postgres.mjs).
import { createHash } from "node:crypto";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const dataDir = process.env.SHORTLIST_DATA_DIR ?? join(root, ".data");
/** Tells two clones on one machine apart. */
export const cloneId = createHash("sha256").update(dataDir).digest("hex").slice(0, 8);
