import type { ControlDocument } from "@shortlist/contracts";
import { describe, expect, it } from "vitest";
import {
  acceptDocuments,
  canResume,
  decideChange,
  decidePlan,
  listRefusals,
  listStandby,
  refusalKey,
} from "./plan";

const hash = (digit: string) => digit.repeat(64);
const document = (workspace: string, revision: number, release: string | null): ControlDocument => ({
  workspace,
  revision,
  release:
    release === null
      ? null
      : { releaseId: hash(release), artifact: { name: "release.json", sha256: hash(release), bytes: 1 } },
  keys: [{ id: `k${revision}`, prefix: "slk_", sha256: hash("f"), scopes: ["recommend"] }],
  featureViews: [],
});
const mapOf = (...documents: ControlDocument[]) => new Map(documents.map((d) => [d.workspace, d]));

describe("decidePlan", () => {
  it("serves what is wanted", () => {
    const wanted = mapOf(document("a", 2, "1"));
    expect(decidePlan({ wanted, good: new Map(), refused: new Map() })).toEqual([...wanted.values()]);
  });

  it("keeps the last good release of a refused one, with the newest keys", () => {
    const state = {
      wanted: mapOf(document("a", 3, "2")),
      good: mapOf(document("a", 2, "1")),
      refused: new Map([[refusalKey("a", hash("2")), "golden_mismatch"]]),
    };
    const [planned] = decidePlan(state);
    expect(planned!.release!.releaseId).toBe(hash("1"));
    expect(planned!.keys[0]!.id).toBe("k3");
    expect(listRefusals(state)).toEqual([
      expect.objectContaining({
        workspace: "a",
        releaseId: hash("2"),
        state: "refused",
        reason: "golden_mismatch",
      }),
    ]);
  });

  it("serves no release when the last good one was refused too; other workspaces are untouched", () => {
    const refused = new Map([
      [refusalKey("a", hash("2")), "x"],
      [refusalKey("a", hash("1")), "y"],
    ]);
    const plan = decidePlan({
      wanted: mapOf(document("a", 3, "2"), document("b", 1, "4")),
      good: mapOf(document("a", 2, "1")),
      refused,
    });
    expect(plan.map((d) => d.release?.releaseId ?? null)).toEqual([null, hash("4")]);
  });
});

describe("decideChange", () => {
  it.each([
    ["nothing new", [document("a", 1, "1")], [document("a", 1, "1")], "none"],
    ["a revoked key", [document("a", 1, "1")], [document("a", 2, "1")], "keys"],
    ["a new release", [document("a", 1, "1")], [document("a", 2, "2")], "release"],
    [
      "a second workspace without a release",
      [document("a", 1, "1")],
      [document("a", 1, "1"), document("b", 1, null)],
      "keys",
    ],
    [
      "a second workspace with one",
      [document("a", 1, "1")],
      [document("a", 1, "1"), document("b", 1, "3")],
      "release",
    ],
  ] as const)("%s", (_name, serving, plan, expected) => {
    expect(decideChange(serving, plan)).toBe(expected);
  });
});

describe("acceptDocuments", () => {
  it("a late message never undoes a newer one", () => {
    const wanted = mapOf(document("a", 5, "2"));
    expect(acceptDocuments(wanted, [document("a", 4, "1"), document("a", 5, "3")])).toEqual([]);
    expect(acceptDocuments(wanted, [document("a", 6, "1")])).toHaveLength(1);
    expect(wanted.get("a")!.revision).toBe(6);
  });
});

describe("processes that stand by", () => {
  const before = [document("a", 1, "1"), document("b", 1, "1")];
  it.each<[string, ControlDocument[], boolean]>([
    ["the same releases, whatever else changed", [document("a", 9, "1"), document("b", 7, "1")], true],
    ["another release of one workspace", [document("a", 9, "2"), document("b", 7, "1")], false],
    ["one workspace less", [document("a", 9, "1"), document("b", 7, null)], false],
  ])("serve again only %s", (_name, plan, expected) => {
    expect(canResume(before, plan)).toBe(expected);
    expect(canResume([], plan)).toBe(false);
  });

  it("are reported with the releases that are not served anyway", () => {
    expect(listStandby(before, [document("a", 2, "2"), document("b", 2, "1")])).toEqual([
      { workspace: "a", releaseId: hash("1"), state: "standby", reason: null, loadMs: null, nItems: null },
    ]);
  });
});
