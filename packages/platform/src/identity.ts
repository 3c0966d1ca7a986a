import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { EVENT_PARTITIONS } from "@shortlist/contracts";

/** Raw ids of the two kinds never collide: the kind is part of what is hashed. */
export type ShopperIdKind = "user" | "anonymous";

/**
 * Keyed hash of a raw shopper id: HMAC-SHA256(key, workspace \n kind \n id), first 16 bytes as base64url.
 * Without the key it can be neither reversed nor recomputed; with another key every pseudonym changes, so key
 * rotation means re-keying the lake (docs/runbooks/pseudonym-key.md).
 */
export function pseudonymise(key: string, workspace: string, kind: ShopperIdKind, rawId: string): string {
  return createHmac("sha256", key)
    .update(`${workspace}\n${kind}\n${rawId}`)
    .digest()
    .subarray(0, 16)
    .toString("base64url");
}

/** Event partition of a pseudonym: FNV-1a 32 over its characters, modulo EVENT_PARTITIONS. */
export function partitionOf(shopper: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < shopper.length; i++) {
    hash = Math.imul(hash ^ shopper.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % EVENT_PARTITIONS;
}

export function sha256Hex(data: string | Uint8Array): string {
  return createHash("sha256").update(data).digest("hex");
}

/** A new API key: shown once; only prefix and hash are stored. 24 random bytes make guessing hopeless, so one
 * SHA-256 is enough and cheap enough for every request. */
export function createApiKey(): { key: string; prefix: string; sha256: string } {
  const key = `slk_${randomBytes(24).toString("base64url")}`;
  return { key, prefix: key.slice(0, 12), sha256: sha256Hex(key) };
}

/** Constant-time comparison of two hex digests. */
export function digestsEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

/** JSON with object keys sorted at every level: equal values give equal text, so it can be hashed. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, v: unknown) =>
    v !== null && typeof v === "object" && !Array.isArray(v)
      ? Object.fromEntries(Object.entries(v).sort(([a], [b]) => (a < b ? -1 : 1)))
      : v,
  );
}

/** The id of a release: SHA-256 of its canonical JSON without the id itself. */
export function computeReleaseId(release: Record<string, unknown>): string {
  const { releaseId: _ignored, ...rest } = release;
  return sha256Hex(canonicalJson(rest));
}

/**
 * The API key with which the product's own processes (console playground, command line) call serving for one
 * workspace. Derived, so it is stored nowhere; its hash stands in every control document beside the shop's keys.
 */
export function deriveServiceKey(serviceKey: string, workspace: string): string {
  return `slk_${createHmac("sha256", serviceKey).update(`serving\n${workspace}`).digest("base64url").slice(0, 32)}`;
}
