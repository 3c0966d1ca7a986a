import type { ControlDocument } from "@shortlist/contracts";
import { describe, expect, it } from "vitest";
import {
  acceptDocuments,
  blameCandidates,
  canCarryOut,
  decidePlan,
  decideServed,
  holdsMore,
  intersect,
  keysOf,
  listLoading,
  listNeeded,
  listRefusals,
  listStandby,
  nameRefusals,
  type PlannedDocument,
  releaseKey,
} from "./plan";

const hash = (digit: string) => digit.repeat(64);
const ref = (digit: string) => ({
  releaseId: hash(digit),
  artifact: { name: "release.json", sha256: hash(digit), bytes: 1 },
});
const document = (
  workspace: string,
  revision: number,
  release: string | null,
  candidate?: string,
): ControlDocument => ({
  workspace,
  revision,
  release: release === null ? null : ref(release),
  keys: [{ id: `k${revision}`, prefix: "slk_", sha256: hash("f"), scopes: ["recommend"] }],
  featureViews: [],
  ...(candidate === undefined
    ? {}
    : {
        rollout: {
          rolloutId: `to-${candidate}`,
          candidate: ref(candidate),
          salt: "salt",
          candidateBuckets: 500,
          controlBuckets: 500,
          shadowPct: 0,
        },
      }),
});
const mapOf = (...documents: ControlDocument[]) => new Map(documents.map((d) => [d.workspace, d]));
const held = (...releases: string[]) => new Set(releases.map((name) => releaseKey(name[0]!, hash(name[1]!))));

describe("decidePlan", () => {
  it("serves what is wanted", () => {
    const wanted = mapOf(document("a", 2, "1"));
    expect(decidePlan({ wanted, good: new Map(), refused: new Map() })).toEqual([...wanted.values()]);
  });

  it("keeps the last good release of a refused one, with the newest keys", () => {
    const state = {
      wanted: mapOf(document("a", 3, "2")),
      good: mapOf(document("a", 2, "1")),
      refused: new Map([[releaseKey("a", hash("2")), "golden_mismatch"]]),
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
      [releaseKey("a", hash("2")), "x"],
      [releaseKey("a", hash("1")), "y"],
    ]);
    const plan = decidePlan({
      wanted: mapOf(document("a", 3, "2"), document("b", 1, "4")),
      good: mapOf(document("a", 2, "1")),
      refused,
    });
    expect(plan.map((d) => d.release?.releaseId ?? null)).toEqual([null, hash("4")]);
  });

  it("a refused candidate leaves the served release alone, is needed no more, and is reported with its rollout", () => {
    const state = {
      wanted: mapOf(document("a", 3, "1", "2")),
      good: new Map(),
      refused: new Map([[releaseKey("a", hash("2")), "golden_mismatch"]]),
    };
    const plan = decidePlan(state);
    expect(plan[0]!.release!.releaseId).toBe(hash("1"));
    expect(plan[0]!.rollout!.rolloutId).toBe("to-2");
    expect(keysOf(listNeeded(plan))).toEqual(held("a1"));
    expect(listRefusals(state)).toEqual([
      expect.objectContaining({ releaseId: hash("2"), state: "refused", rolloutId: "to-2" }),
    ]);
  });
});

describe("what processes can carry out as they are", () => {
  it.each<[string, Set<string>, PlannedDocument[], boolean]>([
    ["a revoked key", held("a1"), [document("a", 2, "1")], true],
    ["a new release", held("a1"), [document("a", 2, "2")], false],
    [
      "a second workspace without a release",
      held("a1"),
      [document("a", 1, "1"), document("b", 1, null)],
      true,
    ],
    ["a second workspace with one", held("a1"), [document("a", 1, "1"), document("b", 1, "3")], false],
    ["a rollout whose candidate is not held", held("a1"), [document("a", 2, "1", "2")], false],
    ["another share of a rollout", held("a1", "a2"), [document("a", 2, "1", "2")], true],
    ["the end of a rollout", held("a1", "a2"), [document("a", 2, "1")], true],
    ["its completion", held("a1", "a2"), [document("a", 2, "2")], true],
    ["going back after its completion", held("a1", "a2"), [document("a", 3, "1")], true],
    ["another candidate", held("a1", "a2"), [document("a", 2, "1", "3")], false],
    [
      "a rollout whose candidate is refused",
      held("a1"),
      [{ ...document("a", 2, "1", "2"), isCandidateRefused: true }],
      true,
    ],
    ["anything, when there is no process", held(), [document("a", 1, "1")], false],
  ])("%s", (_name, has, plan, expected) => {
    expect(canCarryOut(has, plan)).toBe(expected);
  });

  it("releases that no document needs are found", () => {
    expect(holdsMore(held("a1", "a2"), [document("a", 1, "1", "2")])).toBe(false);
    expect(holdsMore(held("a1", "a2"), [document("a", 2, "1")])).toBe(true);
  });

  it("only what every process holds counts as held", () => {
    expect(intersect([held("a1", "a2"), held("a1")])).toEqual(held("a1"));
    expect(intersect([])).toEqual(held());
  });
});

describe("decideServed", () => {
  it("while a release is being loaded the one before is served, with everything else of the new document", () => {
    const serving = [document("a", 1, "1")];
    const [served] = decideServed({ held: held("a1"), serving }, [document("a", 2, "2")]);
    expect(served!.release!.releaseId).toBe(hash("1"));
    expect(served!.keys[0]!.id).toBe("k2");
  });

  it("completing a rollout makes its candidate the served release at once", () => {
    const serving = [document("a", 1, "1", "2")];
    const [served] = decideServed({ held: held("a1", "a2"), serving }, [document("a", 2, "2")]);
    expect(served!.release!.releaseId).toBe(hash("2"));
    expect(served!.rollout).toBeUndefined();
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

describe("nameRefusals", () => {
  it("a process that died loading a candidate costs the candidate, not what is to be served", () => {
    const plan = [document("a", 1, "1", "2")];
    expect(nameRefusals(plan, held(), "code 139")).toEqual([
      [releaseKey("a", hash("2")), "process_died: code 139"],
    ]);
    expect(nameRefusals([document("a", 1, "1")], held(), "code 139")).toEqual([
      [releaseKey("a", hash("1")), "process_died: code 139"],
    ]);
    expect(nameRefusals(plan, held("a1", "a2"), "code 139")).toEqual([]);
  });
});

describe("blameCandidates", () => {
  it.each([
    [3, []],
    [4, [[releaseKey("a", hash("2")), "process_died: 4 processes in a row while they held it"]]],
  ])("after %i processes died in a row", (deaths, expected) => {
    expect(blameCandidates([document("a", 1, "1", "2"), document("b", 1, "3")], deaths)).toEqual(expected);
  });
});

it("what stands by and what is being loaded is reported beside what is held", () => {
  expect(listStandby(held("a1", "b1"), held("a2", "b1"))).toEqual([
    { workspace: "a", releaseId: hash("1"), state: "standby", reason: null, loadMs: null, nItems: null },
  ]);
  expect(listLoading([document("a", 1, "1", "2")], held("a1"))).toEqual([
    {
      workspace: "a",
      releaseId: hash("2"),
      state: "loading",
      reason: null,
      loadMs: null,
      nItems: null,
      rolloutId: "to-2",
    },
  ]);
});
