import { GetObjectCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { AppError } from "../appError";
import { sha256Hex } from "../identity";
import type { ArtifactStore } from "./artifactStore";
import { verifyArtifact } from "./fileArtifactStore";

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
    ...(location.endpoint === undefined ? {} : { endpoint: location.endpoint, forcePathStyle: true }),
  });
  const target = (sha256: string) => ({
    Bucket: location.bucket,
    Key: `${location.prefix}${sha256.slice(0, 2)}/${sha256}`,
  });

  const has = async (sha256: string) => {
    try {
      await client.send(new HeadObjectCommand(target(sha256)));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw new AppError("dependency_down", "the artifact store did not answer", { cause: error });
    }
  };

  return {
    has,
    async put(bytes) {
      const sha256 = sha256Hex(bytes);
      if (!(await has(sha256))) await client.send(new PutObjectCommand({ ...target(sha256), Body: bytes }));
      return sha256;
    },
    async get(sha256) {
      try {
        const answer = await client.send(new GetObjectCommand(target(sha256)));
        const bytes = await answer.Body?.transformToByteArray();
        return verifyArtifact(bytes ?? new Uint8Array(), sha256);
      } catch (error) {
        if (isNotFound(error))
          throw new AppError("not_found", `artifact ${sha256} is not in the bucket`, { cause: error });
        throw error;
      }
    },
  };
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && (error.name === "NotFound" || error.name === "NoSuchKey");
}
