import { expect, test } from "vitest";
import { readFeature } from "./readManifest";

test.each([
  ["popularity", { name: "popularity" }],
  ["clicks@2:clicks_7d", { name: "clicks_7d", view: "clicks", viewVersion: 2 }],
  ["clicks@2:clicks.clicks_7d", { name: "clicks.clicks_7d", view: "clicks", viewVersion: 2 }],
])("the feature %j is read with its view and version", (text, expected) => {
  expect(readFeature(text)).toEqual(expected);
});
