import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelManifest } from "@shortlist/contracts";
import { encodeMlpOnnx } from "@shortlist/ml";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRankerPackage, createRegisterRequest, emptyManifest } from "../../testing/packages";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { checkRanker } from "./checkRanker";
import { registerModelVersion } from "./registerService";
import { getModelVersion } from "./service";

let app: TestApp;
let workspaceId: string;
beforeAll(async () => {
  app = await createTestApp();
  workspaceId = (await app.createWorkspace()).id;
});
afterAll(() => app.close());

type Package = ReturnType<typeof createRankerPackage>;
const register = (pack: Package) => registerModelVersion(app.ctx, createRegisterRequest(workspaceId, pack));
const withManifest = (change: (manifest: ModelManifest) => object): Package => {
  const pack = createRankerPackage();
  return { ...pack, manifest: { ...pack.manifest, ...change(pack.manifest) } as ModelManifest };
};
const withModel = (bytes: Uint8Array): Package => ({
  ...createRankerPackage(),
  artifacts: [{ name: "model.onnx", bytes }],
});
const layer = (inDim: number, outDim: number, weight: number) => ({
  inDim,
  outDim,
  weights: new Float32Array(inDim * outDim).fill(weight),
  bias: new Float32Array(outDim),
});

test("a package that checks out is stored by content and comes back as it was", async () => {
  const pack = createRankerPackage("good");
  const version = await register(pack);
  expect(version.version).toBe(1);
  expect(await app.ctx.artifacts.get(version.artifacts[0]!.sha256)).toEqual(
    Buffer.from(pack.artifacts[0]!.bytes),
  );
  const view = await getModelVersion(app.ctx, workspaceId, { name: "good", version: 1 });
  // What was left out is filled in: ranges of the replica's own features, and how the output lies.
  const features = pack.manifest.features.map((f) => ({
    ...f,
    min: expect.any(Number),
    max: expect.any(Number),
  }));
  expect(view.manifest).toMatchObject({ kind: "ranker", nGoldenRows: 3, features });
  const stored = JSON.parse(Buffer.from(await app.ctx.artifacts.get(view.manifestSha256)).toString());
  expect(stored).toEqual({ ...pack.manifest, features, outputColumns: 1, scoreColumn: 0 });
});

test("versions registered at once get one number each, without a gap", async () => {
  const versions = await Promise.all(
    Array.from({ length: 6 }, () => register(createRankerPackage("racing"))),
  );
  expect(versions.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
});

test("a name belongs to one kind", async () => {
  await register(createRankerPackage("taken"));
  const other = { manifest: emptyManifest("taken", "popularity"), artifacts: [] };
  await expect(register(other)).rejects.toMatchObject({ code: "model_refused" });
});

const REFUSALS: [why: string, pack: () => Package, detail: RegExp][] = [
  ["the manifest does not parse", () => withManifest(() => ({ features: "all" })), /does not parse/],
  ["it is no ONNX model", () => withModel(Uint8Array.of(1, 2, 3)), /cannot be loaded/],
  ["the model file is missing", () => ({ ...createRankerPackage(), artifacts: [] }), /holds model\.onnx/],
  ["no feature is named", () => withManifest(() => ({ features: [] })), /names none/],
  [
    "a feature is named twice",
    () => withManifest(({ features }) => ({ features: [features[0], features[0], features[2]] })),
    /named twice/,
  ],
  ["there are no golden rows", () => withManifest(() => ({ golden: null })), /golden rows; there are none/],
  ["the input has another name", () => withManifest(() => ({ input: "x" })), /no input x/],
  ["the output has another name", () => withManifest(() => ({ output: "y" })), /no output y/],
  ["the model is wider than its features", () => withModel(encodeMlpOnnx([layer(5, 1, 0.1)])), /5 wide/],
  ["golden rows give other scores", () => withModel(encodeMlpOnnx([layer(3, 1, 0.1)])), /Golden row 0 gives/],
  ["it makes non-numbers", () => withModel(encodeMlpOnnx([layer(3, 1, Number.NaN)])), /non-numbers/],
  [
    "it gives several scores a row",
    () => withModel(encodeMlpOnnx([layer(3, 2, 0.1)])),
    /2 numbers a row\. Say in scoreColumn/,
  ],
  [
    "a default is outside of its range",
    () => withManifest(({ features }) => ({ features: features.map((f) => ({ ...f, min: 1, max: 2 })) })),
    /default 0 of feature log_price is outside/,
  ],
  [
    "a feature is of no view that is published",
    () => withManifest(({ features }) => ({ features: features.map((f) => ({ ...f, view: "nowhere" })) })),
    /log_price is of nowhere@1, and no such view is published here\. \(and 2 more\)/,
  ],
  [
    "a feature is none that replicas have",
    () => withManifest(({ features }) => ({ features: features.map((f) => ({ ...f, name: `${f.name}2` })) })),
    /log_price2 is none that a replica fills itself\. Those are collaborative_score/,
  ],
  [
    "its file was never uploaded",
    () => ({
      ...createRankerPackage(),
      artifacts: [{ name: "model.onnx", sha256: "0".repeat(64) }] as never,
    }),
    /model\.onnx has not been uploaded here: send its bytes with PUT/,
  ],
  [
    "the golden rows are narrower",
    () =>
      withManifest(({ golden }) => ({
        golden: { ...golden, inputs: golden!.inputs.map((row) => row.slice(1)) },
      })),
    /2 wide/,
  ],
];

describe("a model that", () => {
  const path = () => {
    const file = join(mkdtempSync(join(tmpdir(), "shortlist-probe-")), "model.onnx");
    writeFileSync(file, createRankerPackage().artifacts[0]!.bytes);
    return file;
  };
  const run = (bounds: { timeoutMs: number; memoryBytes: number }) =>
    checkRanker(createRankerPackage().manifest, path(), { makeGolden: false, bounds });

  test("takes longer than it may is refused, and its process is gone", async () => {
    await expect(run({ timeoutMs: 50, memoryBytes: 1e12 })).rejects.toMatchObject({
      code: "model_refused",
      publicDetail: expect.stringContaining("took longer than 0.05 s"),
    });
  });

  test("takes more memory than it may is refused, and its process is gone", async () => {
    await expect(run({ timeoutMs: 60_000, memoryBytes: 1 })).rejects.toMatchObject({
      publicDetail: expect.stringContaining("MB of memory"),
    });
  });
});

test("a workspace cannot register bytes that only another one has uploaded", async () => {
  const pack = createRankerPackage("stolen");
  const { sha256 } = (await register(pack)).artifacts[0]!;
  const other = await app.createWorkspace();
  const request = createRegisterRequest(other.id, {
    manifest: pack.manifest,
    artifacts: [{ name: "model.onnx", sha256 }],
  });
  await expect(registerModelVersion(app.ctx, request)).rejects.toMatchObject({
    publicDetail: expect.stringContaining("has not been uploaded here"),
  });
});

describe("a ranker is refused and leaves no version when", () => {
  test.each(REFUSALS)("%s", async (_why, pack, detail) => {
    const before = await app.ctx.db.modelVersion.count();
    await expect(register(pack())).rejects.toMatchObject({
      code: "model_refused",
      publicDetail: expect.stringMatching(detail),
    });
    expect(await app.ctx.db.modelVersion.count()).toBe(before);
  });
});
