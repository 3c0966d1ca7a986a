/**
 * Content-addressed storage of everything a release refers to. An artifact is named by the SHA-256 of its bytes,
 * so writing is idempotent, reading can be verified, and nothing is ever changed in place.
 */
export interface ArtifactStore {
  /** Stores bytes under their own hash and returns it. Storing the same bytes again does nothing. */
  put(bytes: Uint8Array): Promise<string>;
  /** Bytes of an artifact, verified against the hash; throws AppError `not_found` or `internal` (corrupt). */
  get(sha256: string): Promise<Uint8Array>;
  has(sha256: string): Promise<boolean>;
}
