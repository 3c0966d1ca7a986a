import { EVENT_PARTITIONS } from "@shortlist/contracts";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalJson,
  computeReleaseId,
  createApiKey,
  deriveServiceKey,
  partitionOf,
  pseudonymise,
  sha256Hex,
} from "./identity";

const KEY = "k".repeat(32);

describe("pseudonyms", () => {
  test("are stable, 22 characters of base64url, and differ by key, workspace and kind of id", () => {
    const base = pseudonymise(KEY, "shop", "user", "jane");
    expect(base).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(pseudonymise(KEY, "shop", "user", "jane")).toBe(base);
    for (const other of [
      pseudonymise(`${KEY}x`, "shop", "user", "jane"),
      pseudonymise(KEY, "shop2", "user", "jane"),
      pseudonymise(KEY, "shop", "anonymous", "jane"),
    ])
      expect(other).not.toBe(base);
  });

  test("fall into every partition about equally often", () => {
    const counts = new Array<number>(EVENT_PARTITIONS).fill(0);
    for (let i = 0; i < 8_000; i++) counts[partitionOf(pseudonymise(KEY, "shop", "user", `u${i}`))]!++;
    for (const count of counts) expect(Math.abs(count / 2_000 - 1)).toBeLessThan(0.1);
  });
});

test("canonical JSON does not depend on the order of keys", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(object));
      expect(JSON.parse(canonicalJson(object))).toEqual(JSON.parse(JSON.stringify(object)));
    }),
  );
});

test("a release id covers everything but itself", () => {
  const release = { workspace: "shop", number: 1 };
  const id = computeReleaseId(release);
  expect(computeReleaseId({ ...release, releaseId: "x" })).toBe(id);
  expect(computeReleaseId({ ...release, number: 2 })).not.toBe(id);
});

test("an API key is shown once; what is stored recognises it", () => {
  const { key, prefix, sha256 } = createApiKey();
  expect(sha256Hex(key)).toBe(sha256);
  expect(key.startsWith(prefix)).toBe(true);
  expect(createApiKey().key).not.toBe(key);
  expect(deriveServiceKey(KEY, "a")).not.toBe(deriveServiceKey(KEY, "b"));
});
