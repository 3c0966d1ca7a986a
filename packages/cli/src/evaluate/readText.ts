import { readFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { InputError } from "../inputError";
import type { SourceText } from "./parseSplit";

/** Reads a text file; gzip is recognised by its first two bytes, whatever the file is called. */
export async function readSourceText(file: string): Promise<SourceText> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "does not exist" : String(error);
    throw new InputError(`${file} cannot be read (${reason}): check the path`);
  }
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return { file, text: bytes.toString("utf8") };
  try {
    return { file, text: gunzipSync(bytes).toString("utf8") };
  } catch (error) {
    throw new InputError(`${file} is a damaged gzip file (${(error as Error).message}): fetch it again`);
  }
}
