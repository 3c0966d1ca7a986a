import type { Tone } from "@/components/ui/StateWord";
import type { ApiOutputs } from "../../../lib/trpc/client";

export type Fleet = ApiOutputs["serving"]["replicas"];
export type Replica = Fleet["replicas"][number];

/** The state of a replica in a word for people. */
export const REPLICA_STATES: Record<Replica["state"], { tone: Tone; word: string }> = {
  serving: { tone: "pass", word: "serving" },
  loading: { tone: "busy", word: "loading" },
  refused: { tone: "harm", word: "refused" },
  stale: { tone: "warn", word: "old release" },
  lost: { tone: "harm", word: "lost" },
  no_release: { tone: "none", word: "no release" },
};

/** One sentence: how many serve what, and who does not. */
export function fleetVerdict({ wanted, replicas, readAt }: Fleet): string {
  if (readAt === null)
    return "Unknown: Redis does not answer, so no heartbeat can be read. Replicas go on serving what they have.";
  if (replicas.length === 0) return "No replica has given a sign of life in the last hour.";
  const count = (state: Replica["state"]) => replicas.filter((replica) => replica.state === state).length;
  if (wanted === null) return `${replicas.length} replicas run, and there is no release for them to serve.`;
  const others = (["loading", "stale", "refused", "lost"] as const)
    .map((state) => [count(state), REPLICA_STATES[state].word] as const)
    .filter(([n]) => n > 0)
    .map(([n, word]) => `${n} ${word}`);
  const rest = others.length === 0 ? "" : `; ${others.join(", ")}`;
  return `${count("serving")} of ${replicas.length} replicas serve release ${wanted.number}${rest}.`;
}

/** Releases that any replica serves or should serve, newest first: the columns of the matrix. */
export function matrixColumns({ wanted, replicas }: Fleet): number[] {
  const numbers = new Set(
    replicas.flatMap(({ actualReleaseNumber }) =>
      actualReleaseNumber === null ? [] : [actualReleaseNumber],
    ),
  );
  if (wanted !== null) numbers.add(wanted.number);
  return [...numbers].sort((a, b) => b - a);
}

/** Shares of a replica's answers per rung; null before its first request. */
export function rungSharesOf({ rungCounts }: Pick<Replica, "rungCounts">): number[] | null {
  const total = rungCounts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : rungCounts.map((count) => count / total);
}
