import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
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
    await expect(stores[name]!.copyTo("0".repeat(64), join(dir, "none"))).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("a stream is stored, copied to a file and taken away again", async () => {
    const store = stores[name]!;
    const piece = new Uint8Array(256 * 1024).fill(7);
    const whole = Buffer.concat([piece, piece, piece]);
    const hash = sha256Hex(whole);
    const expected = { sha256: hash, bytesMax: whole.length };
    expect(await store.putStream(toStream([piece, piece, piece]), expected)).toEqual({
      sha256: hash,
      bytes: whole.length,
    });
    const unannounced = { sha256: null, bytesMax: whole.length };
    expect((await store.putStream(toStream([piece, piece, piece]), unannounced)).sha256).toBe(hash);
    const path = join(dir, `copy of ${name}`);
    await store.copyTo(hash, path);
    expect(sha256Hex(await readFile(path))).toBe(hash);
    await store.delete(hash);
    await store.delete(hash);
    expect(await store.has(hash)).toBe(false);
  });

  test("a stream with other bytes than announced, or too many, is refused and leaves nothing", async () => {
    const store = stores[name]!;
    const announced = sha256Hex(`whole file of ${name}`);
    const half = () => toStream([new TextEncoder().encode("half")]);
    await expect(store.putStream(half(), { sha256: announced, bytesMax: 99 })).rejects.toMatchObject({
      code: "invalid_request",
      publicDetail: expect.stringContaining("send the whole file again"),
    });
    await expect(store.putStream(half(), { sha256: announced, bytesMax: 3 })).rejects.toMatchObject({
      code: "payload_too_large",
    });
    expect(await store.has(announced)).toBe(false);
  });
});

async function* toStream(pieces: readonly Uint8Array[]) {
  yield* pieces;
}

test("a refused stream leaves no half-written file", async () => {
  const store = stores.file!;
  const announced = "ab".repeat(32);
  const expected = { sha256: announced, bytesMax: 99 };
  await expect(store.putStream(toStream([Uint8Array.of(1)]), expected)).rejects.toThrow();
  expect(await readdir(join(dir, "files", "incoming"))).toEqual([]);
});

test("an S3 store that went away says so, for every question, and works again when it is back", async () => {
  const options = { address: "127.0.0.1", silent: true, directory: join(dir, "away") };
  const configureBuckets = [{ name: "models", configs: [] }];
  const first = new S3rver({ ...options, port: 0, configureBuckets });
  const { port } = await first.run();
  const store = await openArtifactStore(`s3://models?endpoint=http://127.0.0.1:${port}`);
  const bytes = new TextEncoder().encode("kept while it is away");
  const sha256 = await store.put(bytes);
  await first.close();
  const down = { code: "dependency_down" };
  await expect(store.get(sha256)).rejects.toMatchObject(down);
  await expect(store.has(sha256)).rejects.toMatchObject(down);
  await expect(store.put(Uint8Array.of(1))).rejects.toMatchObject(down);
  await expect(store.copyTo(sha256, join(dir, "never"))).rejects.toMatchObject(down);
  await expect(store.putStream(toStream([bytes]), { sha256, bytesMax: bytes.length })).rejects.toMatchObject(
    down,
  );
  await expect(store.delete(sha256)).rejects.toMatchObject(down);
  const second = new S3rver({ ...options, port, configureBuckets });
  await second.run();
  expect(Buffer.from(await store.get(sha256)).equals(Buffer.from(bytes))).toBe(true);
  await second.close();
});

test("changed bytes are refused, never returned", async () => {
  const store = stores.file!;
  const sha256 = await store.put(new TextEncoder().encode("a model"));
  await writeFile(join(dir, "files", sha256.slice(0, 2), sha256), "a modem");
  await expect(store.get(sha256)).rejects.toThrow(/corrupt/);
});
