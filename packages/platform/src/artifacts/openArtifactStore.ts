import { fileURLToPath } from "node:url";
import type { ArtifactStore } from "./artifactStore";
import { createFileArtifactStore } from "./fileArtifactStore";

/**
 * Opens the store that `ARTIFACT_URL` names: `file:///path` or `s3://bucket/prefix?region=…&endpoint=http://host:port`.
 * The S3 client is loaded only when it is used: it is larger than everything else here together.
 */
export async function openArtifactStore(url: string): Promise<ArtifactStore> {
  const parsed = new URL(url);
  if (parsed.protocol === "file:") return createFileArtifactStore(fileURLToPath(parsed));
  const prefix = parsed.pathname.replace(/^\//, "");
  const { createS3ArtifactStore } = await import("./s3ArtifactStore");
  return createS3ArtifactStore({
    bucket: parsed.hostname,
    prefix: prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`,
    region: parsed.searchParams.get("region") ?? "us-east-1",
    endpoint: parsed.searchParams.get("endpoint") ?? undefined,
  });
}
