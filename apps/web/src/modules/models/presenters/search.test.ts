import { describe, expect, test } from "vitest";
import { describeSearch, type ModelSearch, toSearchText } from "./search";

const search = (o: Partial<ModelSearch> = {}): ModelSearch => ({
  text: "",
  tag: null,
  alias: null,
  stage: null,
  ...o,
});

describe("a search of models", () => {
  test.each([
    ["is empty when nothing is asked for", search(), ""],
    ["keeps what was typed", search({ text: " kind:ranker home " }), "kind:ranker home"],
    [
      "adds what was chosen",
      search({ text: "home", alias: "champion", stage: "archived" }),
      "home alias:champion is:archived",
    ],
    ["quotes a tag with blanks", search({ tag: "team=home feed" }), 'tag:"team=home feed"'],
    ["doubles quotes inside", search({ tag: 'note="twice"' }), 'tag:"note=""twice"""'],
  ])("%s", (_what, given, expected) => {
    expect(toSearchText(given)).toBe(expected);
  });

  test("says in words what it was limited to", () => {
    expect(describeSearch(search({ text: "home", tag: "team=growth", stage: "serving" }))).toBe(
      "“home”, tag team=growth, serves now",
    );
  });
});
