import { expect, test } from "vitest";
import {
  parseMinutes,
  parseNumber,
  parseReason,
  parseRef,
  parseSlug,
  parseWhole,
  readJsonFile,
} from "./arguments";

test("a reference names a version, with or without v", () => {
  expect(parseRef("my_ranker@3")).toEqual({ name: "my_ranker", version: 3 });
  expect(parseRef("my_ranker@v12")).toEqual({ name: "my_ranker", version: 12 });
});

test.each([
  [parseRef, ["my_ranker", "my_ranker@champion", "@3", "my_ranker@0", "a/b@1"], /name@version/],
  [parseNumber, ["0", "-1", "abc", "1.5", ""], /such as 3/],
  [parseWhole, ["-1", "1.5", "abc"], /whole number/],
  [parseMinutes, ["0", "-5", "soon"], /above 0/],
  [parseReason, ["", "  ", "no"], /why/],
  [parseSlug, ["Shop", "a/b", "", "-a"], /slug/],
])("%o refuses what it cannot use and says what to write", (parse, texts, remedy) => {
  for (const text of texts) expect(() => parse(text)).toThrow(remedy);
});

test("a JSON file that is not there or no JSON is named with its option", async () => {
  await expect(readJsonFile("--plan", "/nowhere/plan.json")).rejects.toThrow("--plan: /nowhere/plan.json");
  await expect(readJsonFile("--plan", import.meta.filename)).rejects.toThrow(/is not JSON/);
});
