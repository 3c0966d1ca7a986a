import { describe, expect, it } from "vitest";
import type { ReleaseRef } from "../release/plan";
import { createTraffic } from "../testing/publishControl";
import type { WorkspaceRuntime } from "../workspaces";
import { decideServedWorkspace, pickArm } from "./servedWorkspace";

const ref = (releaseId: string): ReleaseRef => ({
  releaseId,
  artifact: { name: "release.json", sha256: releaseId, bytes: 1 },
});
const runtime = (name: string) => ({ name }) as unknown as WorkspaceRuntime;
const one = runtime("one");
const two = runtime("two");
const held = new Map([
  ["1", one],
  ["2", two],
]);
const half = createTraffic(ref("2"), { candidateBuckets: 5_000, controlBuckets: 5_000 });
const shoppers = Array.from({ length: 100 }, (_, i) => [`s-${i}`]);

describe("decideServedWorkspace", () => {
  it("serves the release of the document, and its rollout's candidate beside it", () => {
    const served = decideServedWorkspace({ release: ref("1"), rollout: half }, held, null)!;
    expect(served.stable).toBe(one);
    expect(served.rollout!.candidate).toBe(two);
    const arms = new Set(shoppers.map((shopper) => pickArm(served.rollout!, shopper)));
    expect(arms).toEqual(new Set(["candidate", "control"]));
  });

  it.each([
    ["is not held", { release: ref("1"), rollout: createTraffic(ref("3"), { candidateBuckets: 10_000 }) }],
    ["was refused after it was loaded", { release: ref("1"), rollout: half, isCandidateRefused: true }],
  ])("a candidate that %s gets nobody, and everybody is of the rest", (_why, document) => {
    const { stable, rollout } = decideServedWorkspace(document, held, null)!;
    expect(stable).toBe(one);
    expect(rollout!.candidate).toBeNull();
    expect(new Set(shoppers.map((shopper) => pickArm(rollout!, shopper)))).toEqual(new Set(["rest"]));
  });

  it("a release that is not held leaves the one before in place, and none at all serves nothing", () => {
    const before = decideServedWorkspace({ release: ref("1") }, held, null);
    expect(decideServedWorkspace({ release: ref("9") }, held, before)!.stable).toBe(one);
    expect(decideServedWorkspace({ release: ref("9") }, held, null)).toBeNull();
    expect(decideServedWorkspace({ release: null }, held, before)).toBeNull();
  });
});
