import { createReadStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { AppError } from "../appError";
import { sha256Hex } from "../identity";
import type { ArtifactStore } from "./artifactStore";
import { refuseCorrupt, verifyArtifact } from "./fileArtifactStore";
import { refuseOtherBytes, writeHashed } from "./hashStream";

export interface S3Location {
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  /** Endpoint of an S3-compatible server; undefined means AWS itself. */
  readonly endpoint: string | undefined;
}

/** Artifacts in an S3-compatible bucket. Credentials come from the standard AWS variables. */
export function createS3ArtifactStore(location: S3Location): ArtifactStore {
  const client = new S3Client({
    region: location.region,
    // Checksums of our own go along with every artifact; theirs need a way of sending streams that not every server has.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    ...(location.endpoint === undefined ? {} : { endpoint: location.endpoint, forcePathStyle: true }),
  });
  const target = (sha256: string) => ({
    Bucket: location.bucket,
    Key: `${location.prefix}${sha256.slice(0, 2)}/${sha256}`,
  });

  /** Absent is an answer; everything else is a store that is away or refuses us. */
  const ask = async <T>(sha256: string, question: () => Promise<T>): Promise<T> => {
    try {
      return await question();
    } catch (error) {
      if (error instanceof AppError) throw error;
      if (isNotFound(error))
        throw new AppError("not_found", `artifact ${sha256} is not in the bucket`, { cause: error });
      throw new AppError("dependency_down", "the artifact store did not answer", {
        publicDetail: "The artifact store does not answer; nothing was changed. Try again",
        cause: error,
      });
    }
  };

  const has = async (sha256: string) => {
    try {
      await ask(sha256, () => client.send(new HeadObjectCommand(target(sha256))));
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === "not_found") return false;
      throw error;
    }
  };

  return {
    has,
    async put(bytes) {
      const sha256 = sha256Hex(bytes);
      if (!(await has(sha256)))
        await ask(sha256, () => client.send(new PutObjectCommand({ ...target(sha256), Body: bytes })));
      return sha256;
    },
    get: (sha256) =>
      ask(sha256, async () => {
        const answer = await client.send(new GetObjectCommand(target(sha256)));
        const bytes = await answer.Body?.transformToByteArray();
        return verifyArtifact(bytes ?? new Uint8Array(), sha256);
      }),
    async putStream(source, expected) {
      // By way of a file: what is not what was announced must never be in the bucket, and S3 wants the length first.
      const dir = await mkdtemp(join(tmpdir(), "shortlist-upload-"));
      try {
        const path = join(dir, "upload");
        const { sha256, bytes } = await writeHashed(source, path, expected.bytesMax);
        if (expected.sha256 !== null && sha256 !== expected.sha256)
          throw refuseOtherBytes(expected.sha256, sha256);
        await ask(sha256, () =>
          client.send(
            new PutObjectCommand({ ...target(sha256), Body: createReadStream(path), ContentLength: bytes }),
          ),
        );
        return { sha256, bytes };
      } finally {
        await rm(dir, { recursive: true, force: true });
      }
    },
    copyTo: (sha256, path) =>
      ask(sha256, async () => {
        const { Body } = await client.send(new GetObjectCommand(target(sha256)));
        const written = await writeHashed(Body as AsyncIterable<Uint8Array>, path, Number.POSITIVE_INFINITY);
        if (written.sha256 !== sha256) throw refuseCorrupt(sha256, written.sha256);
      }),
    async delete(sha256) {
      await ask(sha256, () => client.send(new DeleteObjectCommand(target(sha256))));
    },
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error.name === "NotFound" || error.name === "NoSuchKey");
}
