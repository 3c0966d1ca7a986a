import { expect, it } from "vitest";
import { decideReplicaEnv } from "./replicaStart";

it.each([
  [undefined, "glibc.malloc.hugetlb=1"],
  ["glibc.malloc.arena_max=2", "glibc.malloc.arena_max=2:glibc.malloc.hugetlb=1"],
  ["glibc.malloc.hugetlb=0", "glibc.malloc.hugetlb=0"],
])("an operator's GLIBC_TUNABLES %s become %s", (own, expected) => {
  expect(decideReplicaEnv(own === undefined ? {} : { GLIBC_TUNABLES: own }).GLIBC_TUNABLES).toBe(expected);
});
