import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RANK_FEATURES } from "@shortlist/ml";
import { sha256Hex } from "@shortlist/platform";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createTestApp, type TestApp } from "../../testing/testApp";
import { applyFeatureViews } from "../featureViews/service";
import { scoreWithVersion } from "./scoreService";

// Models of other people and other libraries, registered as a stranger would. They lie outside of the repository;
// without them the suite skips and says so.
const root = `${process.env.SHORTLIST_TEST_DATA ?? fileURLToPath(new URL("../../../../../../shared/data", import.meta.url))}/onnx-models`;
const skip = !existsSync(root);
if (skip) process.stderr.write(`foreign models skipped: none at ${root}; set SHORTLIST_TEST_DATA\n`);

interface Tensor {
  readonly dims: readonly number[];
  readonly data?: readonly number[];
  readonly fill?: number;
}
interface ForeignModel {
  readonly file: string;
  readonly sample: { readonly inputs: Record<string, Tensor>; readonly outputs: Record<string, Tensor> };
}
const listed: ForeignModel[] = skip ? [] : JSON.parse(readFileSync(`${root}/models.json`, "utf8")).models;

let app: TestApp;
let workspace: { id: string; slug: string };

beforeAll(async () => {
  app = await createTestApp();
  workspace = await app.createWorkspace();
  await applyFeatureViews(app.ctx, workspace.id, {
    views: [{ ...WIDE }],
    dryRun: false,
    actor: "tests",
  });
});
afterAll(() => app.close());

/** Some rankers want more columns than a replica fills itself. */
const WIDE = {
  name: "wide",
  owner: "tests",
  entity: "shopper",
  source: { types: ["view", "click", "purchase"] },
  mode: "both",
  freshnessObjectiveSeconds: 10,
  features: Array.from({ length: 10 }, (_, i) => ({
    name: `seen${i}`,
    op: "count" as const,
    windows: [null],
    where: { field: "type", op: "eq", value: i % 2 === 0 ? "view" : "click" } as const,
  })),
};
const NAMES = [
  ...RANK_FEATURES.map(({ name }) => ({ name: name as string })),
  ...WIDE.features.map(({ name }) => ({ name: `${name}_ever`, view: "wide" })),
];
const features = (n: number) =>
  Array.from({ length: n }, (_, i) => NAMES[i] ?? { name: `pixel_${i}`, view: "wide" });

async function register(file: string, o: { manifest: object; makeGolden?: boolean; name?: string }) {
  const bytes = readFileSync(`${root}/${file}`);
  const sha256 = sha256Hex(bytes);
  const url = `/v1/workspaces/${workspace.slug}`;
  const uploaded = await app.rest("PUT", `${url}/artifacts/${sha256}`, { body: bytes });
  expect(uploaded).toMatchObject({ status: 200, json: { sha256, bytes: bytes.length } });
  return app.rest(
    "POST",
    `${url}/models/${o.name ?? file.toLowerCase().replace(/\W/g, "_").slice(0, 60)}/versions`,
    {
      body: {
        manifest: o.manifest,
        artifacts: [{ name: "model.onnx", sha256 }],
        makeGolden: o.makeGolden ?? true,
      },
    },
  );
}

/** What has to be said beside the features of each ranker, and how wide its sample is. */
const GOOD: { file: string; width: number; manifest: object; output: string; column: number }[] = [
  { file: "onnxmltools/test_xgb.onnx", width: 4, manifest: {}, output: "variable", column: 0 },
  {
    file: "sklearn-onnx/treecl.onnx",
    width: 20,
    manifest: { scoreColumn: 2 },
    output: "proba_0",
    column: 2,
  },
  { file: "sklearn-onnx/treecl2.onnx", width: 20, manifest: {}, output: "proba_2", column: 1 },
  {
    file: "sklearn-onnx/treecl3.onnx",
    width: 10,
    manifest: { scoreColumn: 3 },
    output: "proba_0",
    column: 3,
  },
  {
    file: "tribuo/iris-lr-model.onnx",
    width: 4,
    manifest: { scoreColumn: 0 },
    output: "output",
    column: 0,
  },
];

describe.skipIf(skip)("a foreign ranker registers and scores its sample as its makers say", () => {
  test.each(GOOD)("$file", async ({ file, width, manifest, output, column }) => {
    const { sample } = listed.find((model) => model.file === file)!;
    const input = Object.values(sample.inputs)[0]!;
    const expected = sample.outputs[output]!;
    const [count, columns] = [input.dims[0]!, expected.dims[1] ?? 1];
    const rows = Float32Array.from(input.data ?? new Array(count * width).fill(input.fill));
    const scores = Array.from({ length: count }, (_, row) => expected.data![row * columns + column]!);
    const golden = {
      inputs: Array.from({ length: count }, (_, row) => [...rows.slice(row * width, (row + 1) * width)]),
      scores,
    };
    const answer = await register(file, {
      manifest: { features: features(width), golden, ...manifest },
      makeGolden: false,
    });
    expect(answer, JSON.stringify(answer.json)).toMatchObject({
      status: 200,
      json: { version: 1, check: { columnsRead: width } },
    });
    const [name] = answer.json.ref.split("@");
    const stored = await app.ctx.db.modelVersion.findUniqueOrThrow({ where: { id: answer.json.id } });
    const specs = (stored.manifest as unknown as { features: never[] }).features;
    const given = { features: specs, rows, count };
    const got = await scoreWithVersion(app.ctx, workspace.id, { name, version: 1, given });
    for (const [row, score] of scores.entries())
      expect(Math.abs(got[row]! - score)).toBeLessThanOrEqual(1e-5 + 1e-5 * Math.abs(score));
  });
});

const BAD: { what: string; file: string; manifest: object; sentence: RegExp }[] = [
  {
    what: "a classifier whose probabilities are a list of maps",
    file: "yalue/sklearn_randomforest.onnx",
    manifest: { features: features(4) },
    sentence: /No output .* output_label: int64, output_probability: a list of maps\. .*'zipmap': False/,
  },
  {
    what: "its label taken for a score",
    file: "yalue/sklearn_randomforest.onnx",
    manifest: { features: features(4), output: "output_label" },
    sentence: /output_label is int64: the class that is predicted, not a score\. .*'zipmap': False/,
  },
  {
    what: "its list of maps taken for a score",
    file: "yalue/sklearn_randomforest.onnx",
    manifest: { features: features(4), output: "output_probability" },
    sentence: /output_probability is a list of maps, not a tensor\. .*'zipmap': False/,
  },
  {
    what: "784 columns of which nothing here knows most",
    file: "tribuo/lr_mnist.onnx",
    manifest: { features: features(784) },
    sentence: /wide@1 has no output pixel_27; .* \(and 756 more\)/,
  },
  {
    what: "784 columns, and four features",
    file: "tribuo/lr_mnist.onnx",
    manifest: { features: features(4) },
    sentence: /784 wide, the manifest has 4 features/,
  },
  {
    what: "a text among its inputs",
    file: "mlnet/MultiClassificationLogisticRegressionSaveModelToOnnxTest.onnx",
    manifest: { features: features(8) },
    sentence: /wants 2 inputs \(Label, Features\)\. A ranker takes one float32 input/,
  },
  {
    what: "three inputs",
    file: "vespa/pairwise_ranker.onnx",
    manifest: { features: features(16) },
    sentence: /wants 3 inputs \(query, doc1, doc2\)/,
  },
  {
    what: "two inputs of one row",
    file: "vespa/custom_similarity.onnx",
    manifest: { features: features(4) },
    sentence: /wants 2 inputs \(query, document\)/,
  },
  {
    what: "no rows at all",
    file: "vespa/pca_transformer.onnx",
    manifest: { features: features(4) },
    sentence: /Input vector has the shape \[768\]\. A ranker takes one float32 input of the shape/,
  },
  {
    what: "a query and documents",
    file: "vespa/vespa_innerproduct_ranker.onnx",
    manifest: { features: features(4) },
    sentence: /wants 2 inputs \(query, documents\)/,
  },
  {
    what: "an operator of an opset that is too old",
    file: "onnx/test_Linear/model.onnx",
    manifest: { features: features(10) },
    sentence: /operator Gemm in version 6, which the runtime does not have\. Export it again/,
  },
  {
    what: "eight whole numbers",
    file: "onnxmltools/coreml_OneHotEncoder_BikeSharing.onnx",
    manifest: { features: features(8) },
    sentence: /wants 8 inputs \(1, 3, 2, 5, 4, 7, 6, 8\)/,
  },
  {
    what: "one picture",
    file: "yalue/mnist.onnx",
    manifest: { features: features(4) },
    sentence: /Input Input3 has the shape \[1, 1, 28, 28\]/,
  },
  {
    what: "a fixed shape of three dimensions",
    file: "yalue/sum_and_difference.onnx",
    manifest: { features: features(4) },
    sentence: /Input 1x4 Input Vector has the shape \[1, 1, 4\]/,
  },
  {
    what: "one feature too few",
    file: "sklearn-onnx/treecl.onnx",
    manifest: { features: features(19), scoreColumn: 0 },
    sentence: /reads at least 20 columns and the manifest names 19 features/,
  },
  {
    what: "five surplus features",
    file: "sklearn-onnx/treecl.onnx",
    manifest: { features: features(25), scoreColumn: 0 },
    sentence: /reads the first 20 columns only; seen3_ever, .*seen7_ever would be ignored without a word/,
  },
  {
    what: "three classes and no word on which is the score",
    file: "sklearn-onnx/treecl.onnx",
    manifest: { features: features(20) },
    sentence: /proba_0 gives 3 numbers a row\. Say in scoreColumn which one is the score/,
  },
  {
    what: "a class that is not there",
    file: "sklearn-onnx/treecl3.onnx",
    manifest: { features: features(10), scoreColumn: 4 },
    sentence: /proba_0 has the columns 0 to 3; there is no 4/,
  },
  {
    what: "golden rows of another model",
    file: "onnxmltools/test_xgb.onnx",
    manifest: { features: features(4), golden: { inputs: [[5.1, 3.5, 1.4, 0.2]], scores: [1] } },
    sentence: /Golden row 0 gives .*the manifest says 1/,
  },
];

describe.skipIf(skip)("a foreign model is refused with a sentence, and leaves no version, with", () => {
  test.each(BAD)("$what ($file)", async ({ file, manifest, sentence }) => {
    const before = await app.ctx.db.modelVersion.count();
    const answer = await register(file, { manifest, name: "refused" });
    expect(answer).toMatchObject({ status: 422, json: { code: "model_refused" } });
    expect(answer.json.detail).toMatch(sentence);
    expect(await app.ctx.db.modelVersion.count()).toBe(before);
  });
});

test.skipIf(skip)("every listed model is in one of the two tables", () => {
  const named = new Set([...GOOD, ...BAD].map(({ file }) => file));
  expect(listed.map(({ file }) => file).filter((file) => !named.has(file))).toEqual([]);
});

test.skipIf(skip)("surplus columns that are said to be unused are accepted", async () => {
  const manifest = {
    features: features(25),
    scoreColumn: 0,
    unusedFeatures: NAMES.slice(20, 25).map(({ name }) => name),
  };
  const answer = await register("sklearn-onnx/treecl.onnx", { manifest, name: "surplus" });
  expect(answer).toMatchObject({ status: 200, json: { check: { declaredWidth: null, columnsRead: 20 } } });
});
