import { expect, test } from "vitest";
import { type GoldenRow, goldenVerdict, isWithin, readTypedRow, showDifference, toTypedRow } from "./golden";

const row = (difference: number | null): GoldenRow => ({
  inputs: [1, 2],
  expected: 0.5,
  measured: difference === null ? null : 0.5 + difference,
  difference,
  allowed: 1e-4,
});
const features = ["price", "clicks"].map((name) => ({ name, default: 3, min: null, max: null }));
const all = { nRows: 2, isAgain: false };

test("a golden row is judged by what it may differ, and not at all when it was not measured", () => {
  expect([row(1e-4), row(-2e-4), row(null)].map(isWithin)).toEqual([true, false, null]);
});

test("the sentence says whether all gave their scores, and how many did not", () => {
  expect(goldenVerdict([row(0), row(1e-5)], all)).toMatch(/^All gave their scores when it was registered/);
  expect(goldenVerdict([row(0), row(1)], { ...all, isAgain: true })).toMatch(/^1 of 2 did not .* just now/);
  expect(goldenVerdict([row(null)], all)).toMatch(/was not kept/);
  expect(goldenVerdict([row(0)], { ...all, nRows: 9 })).toMatch(/The first 1 of 9 are shown/);
});

test("small differences keep their digits", () => {
  expect([0, 2.98e-8, -0.5, null].map(showDifference)).toEqual(["0", "3.0 · 10^−8", "−5.0 · 10^−1", "–"]);
});

test("a typed row is read by feature; what is no number is named, and what is empty is left to its default", () => {
  expect(readTypedRow(features, { price: " 0.25 ", clicks: "" })).toEqual({
    values: { price: 0.25 },
    problems: {},
  });
  expect(readTypedRow(features, { price: "cheap", clicks: "1e3" })).toEqual({
    values: { clicks: 1000 },
    problems: { price: "write a number, such as 0.25" },
  });
});

test("a row begins with the defaults or with a golden one", () => {
  expect(toTypedRow(features, null)).toEqual({ price: "3", clicks: "3" });
  expect(toTypedRow(features, [1.5, 0])).toEqual({ price: "1.5", clicks: "0" });
});
