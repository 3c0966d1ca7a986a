import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { ApiClient } from "../apiClient";
import { InputError } from "../inputError";
import { type ManifestFlags, readManifest } from "./readManifest";

export interface RegisterFlags extends ManifestFlags {
  readonly name: string;
  readonly model: string;
  readonly makeGolden?: boolean;
  readonly description: string;
  readonly parent?: string;
  readonly codeVersion?: string;
}

export interface Registered {
  readonly ref: string;
  readonly check: { readonly columnsRead: number; readonly msPer1000Rows: number } | null;
}

/** Uploads a model's file under its hash and registers a version of it. What can be wrong here is found before the upload. */
export async function registerFile(api: ApiClient, base: string, flags: RegisterFlags): Promise<Registered> {
  const manifest = await readManifest(flags);
  const sha256 = await hashFile(flags.model);
  await api.putFile(`${base}/artifacts/${sha256}`, flags.model);
  return api.post<Registered>(`${base}/models/${encodeURIComponent(flags.name)}/versions`, {
    manifest,
    artifacts: [{ name: "model.onnx", sha256 }],
    makeGolden: flags.makeGolden === true,
    description: flags.description,
    lineage: { parent: flags.parent ?? null, codeVersion: flags.codeVersion ?? null },
  });
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new InputError(
      `--model: ${path} cannot be read (${code === "ENOENT" ? "there is no such file" : message})`,
    );
  }
  return hash.digest("hex");
}
