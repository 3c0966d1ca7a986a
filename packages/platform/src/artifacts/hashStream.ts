import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { AppError } from "../appError";

/** Writes a stream to a file, hashing it on the way, and keeps nothing of what breaks off or is too large. */
export async function writeHashed(
  source: AsyncIterable<Uint8Array>,
  path: string,
  bytesMax: number,
): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    await pipeline(
      source,
      async function* (chunks) {
        for await (const chunk of chunks) {
          bytes += chunk.length;
          if (bytes > bytesMax)
            throw new AppError("payload_too_large", `more than ${bytesMax} bytes`, {
              publicDetail: `A file may have ${Math.round(bytesMax / 1024 / 1024)} MB at most`,
            });
          hash.update(chunk);
          yield chunk;
        }
      },
      createWriteStream(path),
    );
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return { sha256: hash.digest("hex"), bytes };
}

/** Refuses an upload whose bytes are not those that were announced: a part was lost on the way, or it is another file. */
export function refuseOtherBytes(announced: string, actual: string): AppError {
  return new AppError("invalid_request", `upload of ${announced} hashes to ${actual}`, {
    publicDetail: `The bytes that arrived hash to ${actual}, not ${announced}: send the whole file again, or its own hash`,
    fields: [{ field: "sha256", problem: `is not the SHA-256 of the bytes, which is ${actual}` }],
  });
}
