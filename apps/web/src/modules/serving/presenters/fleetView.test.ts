import { describe, expect, it } from "vitest";
import {
  cacheRows,
  type Fleet,
  fleetVerdict,
  guardVerdict,
  matrixCell,
  matrixColumns,
  openBreakers,
  type Replica,
  rungSharesOf,
} from "./fleetView";

const replica = (
  state: Replica["state"],
  actualReleaseNumber: number | null,
  candidate: Replica["candidate"] = null,
) => ({ state, actualReleaseNumber, candidate }) as Replica;
const fleet = (replicas: Replica[], wanted: number | null = 3): Fleet =>
  ({ replicas, wanted: wanted === null ? null : { number: wanted }, readAt: new Date() }) as Fleet;

describe("fleetVerdict", () => {
  it("counts who serves the wanted release and names the rest", () => {
    expect(fleetVerdict(fleet([replica("serving", 3), replica("refused", 2), replica("lost", null)]))).toBe(
      "1 of 3 replicas serve release 3; 1 refused, 1 lost.",
    );
  });
  it("says unknown, not empty, when heartbeats cannot be read", () => {
    expect(fleetVerdict({ ...fleet([]), readAt: null })).toContain("Unknown");
    expect(fleetVerdict(fleet([]))).toContain("No replica");
  });
});

describe("matrixColumns", () => {
  it("holds every release that is served or wanted, newest first", () => {
    expect(matrixColumns(fleet([replica("refused", 2), replica("stale", 1)]))).toEqual([3, 2, 1]);
  });
});

describe("a candidate of a rollout", () => {
  const candidate = { releaseNumber: 4, state: "candidate", reason: null } as const;
  it("has a column of its own, and says what each replica makes of it", () => {
    expect(matrixColumns(fleet([replica("serving", 3, candidate)]))).toEqual([4, 3]);
    const cell = (one: Replica, number: number) => matrixCell(one, { number, wanted: 3 })?.text ?? null;
    expect(cell(replica("serving", 3, candidate), 3)).toBe("● serves");
    expect(cell(replica("serving", 3, candidate), 4)).toBe("◐ candidate of a rollout");
    expect(cell(replica("serving", 3), 4)).toBeNull();
    const refused = { ...candidate, state: "refused", reason: "golden_mismatch" } as const;
    expect(matrixCell(replica("serving", 3, refused), { number: 4, wanted: 3 })).toEqual({
      text: "refused the candidate",
      tone: "harm",
      title: "golden_mismatch",
    });
  });
});

describe("rungSharesOf", () => {
  it("is nothing, not zero, before the first request", () => {
    expect(rungSharesOf({ rungCounts: [0, 0, 0, 0, 0] })).toBeNull();
    expect(rungSharesOf({ rungCounts: [3, 1, 0, 0, 0] })).toEqual([0.75, 0.25, 0, 0, 0]);
  });
});

describe("guards", () => {
  const breaker = (name: string, state: "open" | "closed", atMs: number) =>
    ({ name, state, failures: 5, since: new Date(atMs) }) as Replica["breakers"][number];
  const guarded = (o: Partial<Replica>) =>
    ({ state: "serving", replicaId: "a", breakers: [], pressure: 0, caches: [], ...o }) as Replica;

  it("lists what is not asked, the longest first, and leaves out replicas that are gone", () => {
    const replicas = [
      guarded({ breakers: [breaker("source:content", "open", 2), breaker("event_log", "closed", 1)] }),
      guarded({ replicaId: "b", breakers: [breaker("shopper_state", "open", 1)], pressure: 0.3 }),
      guarded({ replicaId: "c", state: "lost", breakers: [breaker("ranker:x@1", "open", 0)], pressure: 1 }),
    ];
    expect(openBreakers(replicas).map(({ name, replicaId }) => `${replicaId} ${name}`)).toEqual([
      "b shopper_state",
      "a source:content",
    ]);
    expect(guardVerdict(replicas)).toBe(
      "Not asked or only tried now and then: shopper_state, source:content. " +
        "The busiest replica is at pressure 0.30: requests look at fewer candidates.",
    );
    expect(guardVerdict([guarded({ state: "lost" })])).toContain("Unknown");
  });

  it("adds caches up over the fleet, with no share before the first look", () => {
    const cache = (hits: number, misses: number) => ({ name: "hot_shoppers", hits, misses, entries: 2 });
    expect(cacheRows([guarded({ caches: [cache(3, 1)] }), guarded({ caches: [cache(0, 4)] })])).toEqual([
      { name: "hot_shoppers", hits: 3, misses: 5, entries: 4, hitShare: 0.375 },
    ]);
    expect(cacheRows([guarded({ caches: [cache(0, 0)] })])[0]!.hitShare).toBeNull();
  });
});
