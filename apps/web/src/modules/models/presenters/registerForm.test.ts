import { expect, test } from "vitest";
import { placeProblems, toManifest } from "./registerForm";

const form = { features: "popularity", output: "", scoreColumn: "", golden: null };

test("a feature a line becomes the manifest's, in their order, with view and version where they are said", () => {
  expect(toManifest({ ...form, features: "popularity\n\n clicks_7d of clicks@2 \n" })).toEqual({
    ok: true,
    value: { features: [{ name: "popularity" }, { name: "clicks_7d", view: "clicks", viewVersion: 2 }] },
  });
});

test("output, column and golden rows are sent only when they were given", () => {
  const golden = '{"inputs": [[1]], "scores": [2]}';
  expect(toManifest({ ...form, output: " proba ", scoreColumn: "1", golden })).toMatchObject({
    value: { output: "proba", scoreColumn: 1, golden: { inputs: [[1]], scores: [2] } },
  });
});

test.each([
  ["a line that is no feature", { features: "a, b" }, "manifest.features", /“a, b”/],
  ["golden rows that are no JSON", { golden: "1;2" }, "manifest.golden", /no JSON/],
])("%s is named before anything is sent", (_what, change, field, problem) => {
  expect(toManifest({ ...form, ...change })).toMatchObject({
    ok: false,
    problems: [{ field, problem: expect.stringMatching(problem) }],
  });
});

test("a refusal's sentences stand beside the fields they are about, and the rest above the button", () => {
  const fields = [
    { field: "manifest.features.3", problem: "no such view." },
    { field: "manifest.features.4", problem: "retired." },
    { field: "manifest.input", problem: "fixed batch." },
    { field: "quota", problem: "odd." },
  ];
  expect(placeProblems("d", fields)).toEqual({
    features: "no such view. retired.",
    file: "fixed batch.",
    form: "odd.",
  });
  expect(placeProblems("Golden row 0 gives 3, the manifest says 1", [])).toHaveProperty("golden");
  expect(placeProblems("The model cannot be loaded: …", [])).toHaveProperty("file");
  expect(placeProblems("Another thing", [])).toEqual({ form: "Another thing" });
});
