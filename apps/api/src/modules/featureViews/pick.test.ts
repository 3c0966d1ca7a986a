import { FeatureView } from "@shortlist/contracts";
import { expect, test } from "vitest";
import { CLICKS } from "../../testing/featureViews";
import { pickViews } from "./pick";

const published = [1, 2].map((version) => FeatureView.parse({ ...CLICKS, name: "clicks", version }));

test("a name is its newest version, a version is itself", () => {
  expect(pickViews(published, { refs: ["clicks"], field: "views" })).toEqual({ views: [published[1]] });
  expect(pickViews(published, { refs: ["clicks@1"], field: "views" })).toEqual({ views: [published[0]] });
});

test("every reference that names nothing is refused with its remedy", () => {
  expect(pickViews(published, { refs: ["clicks@3", "gone", "clicks", "clicks@1"], field: "views" })).toEqual({
    problems: [
      { field: "views.0", problem: "clicks has no version 3; the newest is 2" },
      { field: "views.1", problem: "gone is not published: shortlist features list shows what is" },
      { field: "views.3", problem: "clicks is named twice: choose one version" },
    ],
  });
});
