import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ArtifactRef, Sha256Hex } from "@shortlist/contracts";
import { AppError, sha256Hex } from "@shortlist/platform";
import type { AppContext } from "../../context";
import { refuseModel } from "./refuseModel";

type Ctx = Pick<AppContext, "db" | "artifacts" | "now">;

/** Two thousand million parameters in one byte each; what ranks in milliseconds is a thousandth of it. */
export const UPLOAD_BYTES_MAX = 2 * 1024 ** 3;

/** A file of a package: its bytes, or the hash of bytes that were uploaded before. */
export type PackageFile =
  | { readonly name: string; readonly bytes: Uint8Array }
  | { readonly name: string; readonly sha256: string };

/** Stores a file as it streams in, for a version that will name its hash. `announced` null: whatever it hashes to. */
export async function storeUpload(
  ctx: Ctx,
  workspaceId: string,
  o: { source: AsyncIterable<Uint8Array>; announced: string | null; actor: string },
): Promise<{ sha256: string; bytes: number }> {
  const stored = await ctx.artifacts.putStream(o.source, {
    sha256: o.announced,
    bytesMax: UPLOAD_BYTES_MAX,
  });
  await noteStored(ctx, workspaceId, { ...stored, actor: o.actor });
  if (!(await ctx.artifacts.has(stored.sha256)))
    throw new AppError("conflict", `${stored.sha256} was collected while it was uploaded`, {
      publicDetail: "An old copy of this file was being deleted at the same moment; upload it again",
    });
  return stored;
}

/** The artifacts of a package. A hash counts only for what this workspace has stored itself. */
export async function storePackage(
  ctx: Ctx,
  workspaceId: string,
  o: { files: readonly PackageFile[]; actor: string },
): Promise<ArtifactRef[]> {
  const refs: ArtifactRef[] = [];
  for (const file of o.files) {
    if ("bytes" in file) {
      const sha256 = await storeBytes(ctx, workspaceId, { bytes: file.bytes, actor: o.actor });
      refs.push({ name: file.name, sha256, bytes: file.bytes.length });
    } else refs.push(await findUploaded(ctx, workspaceId, file));
  }
  return refs;
}

/** Noted before it is stored: from then on nobody collects it. */
export async function storeBytes(
  ctx: Ctx,
  workspaceId: string,
  { bytes, actor }: { bytes: Uint8Array; actor: string },
): Promise<string> {
  const sha256 = sha256Hex(bytes);
  await noteStored(ctx, workspaceId, { sha256, bytes: bytes.length, actor });
  return ctx.artifacts.put(bytes);
}

/** Hands a stored file to `use` as a copy on disk, which is gone afterwards. */
export async function withArtifactFile<T>(
  { artifacts }: Pick<AppContext, "artifacts">,
  sha256: string,
  use: (path: string) => Promise<T>,
): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), "shortlist-model-"));
  try {
    const path = join(dir, "file");
    await artifacts.copyTo(sha256, path);
    return await use(path);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function findUploaded(
  ctx: Ctx,
  workspaceId: string,
  { name, sha256 }: { name: string; sha256: string },
): Promise<ArtifactRef> {
  const refusal = refuseModel(
    `${name} has not been uploaded here: send its bytes with PUT /v1/workspaces/{slug}/artifacts/${sha256} first`,
    [{ field: `artifacts.${name}.sha256`, problem: "has not been uploaded" }],
  );
  if (!Sha256Hex.safeParse(sha256).success) throw refusal;
  // Used again: it must not be collected while it is being registered.
  const touched = await ctx.db.storedArtifact
    .update({ where: { workspaceId_sha256: { workspaceId, sha256 } }, data: { usedAt: ctx.now() } })
    .catch(() => null);
  if (touched === null || !(await ctx.artifacts.has(sha256))) throw refusal;
  return { name, sha256, bytes: Number(touched.bytes) };
}

async function noteStored(
  ctx: Ctx,
  workspaceId: string,
  { sha256, bytes, actor }: { sha256: string; bytes: number; actor: string },
): Promise<void> {
  const usedAt = ctx.now();
  await ctx.db.storedArtifact.upsert({
    where: { workspaceId_sha256: { workspaceId, sha256 } },
    create: { workspaceId, sha256, bytes, createdBy: actor, usedAt },
    update: { usedAt },
  });
}
