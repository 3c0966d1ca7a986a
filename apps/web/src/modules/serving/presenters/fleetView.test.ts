import { describe, expect, it } from "vitest";
import { type Fleet, fleetVerdict, matrixColumns, type Replica, rungSharesOf } from "./fleetView";

const replica = (state: Replica["state"], actualReleaseNumber: number | null) =>
  ({ state, actualReleaseNumber }) as Replica;
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

describe("rungSharesOf", () => {
  it("is nothing, not zero, before the first request", () => {
    expect(rungSharesOf({ rungCounts: [0, 0, 0, 0, 0] })).toBeNull();
    expect(rungSharesOf({ rungCounts: [3, 1, 0, 0, 0] })).toEqual([0.75, 0.25, 0, 0, 0]);
  });
});
