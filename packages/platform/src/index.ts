export * from "./appError";
export type { ArtifactStore } from "./artifacts/artifactStore";
export { createFileArtifactStore } from "./artifacts/fileArtifactStore";
export { openArtifactStore } from "./artifacts/openArtifactStore";
export * from "./env";
export * from "./identity";
export * from "./logger";
export * from "./redis";
export * from "./slateLog";
