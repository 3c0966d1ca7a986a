/**
 * How a replica process is started. A request leaves about 150 kB of short-lived objects; with room for 32 MB of them
 * they are collected half as often, and fewer are copied because they are still in use.
 */
export const REPLICA_NODE_OPTIONS = ["--max-semi-space-size=32"] as const;

/**
 * Large blocks (tables, indexes) in pages of 2 MB: a search touches memory all over, and most of its time went into
 * finding out where small pages lie. glibc alone knows the setting; what an operator has set is kept.
 */
export function decideReplicaEnv(env: Readonly<Record<string, string | undefined>>): {
  GLIBC_TUNABLES: string;
} {
  const own = env.GLIBC_TUNABLES ?? "";
  if (own.includes("glibc.malloc.hugetlb")) return { GLIBC_TUNABLES: own };
  return { GLIBC_TUNABLES: [own, "glibc.malloc.hugetlb=1"].filter((part) => part !== "").join(":") };
}
