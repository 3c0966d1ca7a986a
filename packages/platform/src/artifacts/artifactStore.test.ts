import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import S3rver from "s3rver";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256Hex } from "../identity";
import type { ArtifactStore } from "./artifactStore";
import { openArtifactStore } from "./openArtifactStore";

let dir: string;
let s3: S3rver;
const stores: Record<string, ArtifactStore> = {};

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "artifacts it's-"));
  s3 = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: join(dir, "s3"),
    configureBuckets: [{ name: "models", configs: [] }],
  });
  const { port } = await s3.run();
  process.env.AWS_ACCESS_KEY_ID = "S3RVER";
  process.env.AWS_SECRET_ACCESS_KEY = "S3RVER";
  stores.file = await openArtifactStore(pathToFileURL(join(dir, "files")).href);
  stores.s3 = await openArtifactStore(`s3://models/some/prefix?endpoint=http://127.0.0.1:${port}`);
});
afterAll(async () => {
  await s3.close();
  await rm(dir, { recursive: true });
});

// One suite for every store: what a release relies on must hold wherever artifacts lie.
describe.each(["file", "s3"])("%s artifact store", (name) => {
  const bytes = new TextEncoder().encode(`an index of ${name}`);
  const sha256 = sha256Hex(bytes);

  test("returns what was stored, under the hash of its bytes", async () => {
    const store = stores[name]!;
    expect(await store.has(sha256)).toBe(false);
    expect(await store.put(bytes)).toBe(sha256);
    expect(await store.has(sha256)).toBe(true);
    expect(Buffer.from(await store.get(sha256)).equals(Buffer.from(bytes))).toBe(true);
  });

  test("storing the same bytes again changes nothing", async () => {
    await Promise.all([stores[name]!.put(bytes), stores[name]!.put(bytes)]);
    expect(Buffer.from(await stores[name]!.get(sha256)).equals(Buffer.from(bytes))).toBe(true);
  });

  test("an unknown artifact is not_found", async () => {
    await expect(stores[name]!.get("0".repeat(64))).rejects.toMatchObject({ code: "not_found" });
  });
});

test("changed bytes are refused, never returned", async () => {
  const store = stores.file!;
  const sha256 = await store.put(new TextEncoder().encode("a model"));
  await writeFile(join(dir, "files", sha256.slice(0, 2), sha256), "a modem");
  await expect(store.get(sha256)).rejects.toThrow(/corrupt/);
});
