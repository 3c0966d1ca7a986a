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
  /**
   * Stores a stream that is too large for memory. What does not hash to `sha256` (null: nobody knows it yet), or is larger
   * than `bytesMax`, is refused (AppError `invalid_request`, `payload_too_large`) and leaves nothing.
   */
  putStream(
    source: AsyncIterable<Uint8Array>,
    expected: { sha256: string | null; bytesMax: number },
  ): Promise<{ sha256: string; bytes: number }>;
  /** Writes an artifact to a file, piece by piece and verified; throws as `get` does. */
  copyTo(sha256: string, path: string): Promise<void>;
  /** Takes an artifact away; one that is not there is no error. Only for what nothing refers to any more. */
  delete(sha256: string): Promise<void>;
}
