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

/** Releases that any replica serves, should serve or has as a candidate, newest first: the columns of the matrix. */
export function matrixColumns({ wanted, replicas }: Fleet): number[] {
  const numbers = new Set(
    replicas.flatMap(({ actualReleaseNumber, candidate }) => [
      ...(actualReleaseNumber === null ? [] : [actualReleaseNumber]),
      ...(candidate === null ? [] : [candidate.releaseNumber]),
    ]),
  );
  if (wanted !== null) numbers.add(wanted.number);
  return [...numbers].sort((a, b) => b - a);
}

/** What a replica does with a release of the matrix; null: nothing. */
export function matrixCell(
  { actualReleaseNumber, candidate }: Replica,
  o: { number: number; wanted: number | undefined },
): {
  readonly text: string;
  readonly tone: "pass" | "warn" | "harm" | "busy";
  readonly title?: string;
} | null {
  if (actualReleaseNumber === o.number)
    return { text: "● serves", tone: o.number === o.wanted ? "pass" : "warn" };
  if (candidate?.releaseNumber !== o.number) return null;
  if (candidate.state === "candidate") return { text: "◐ candidate of a rollout", tone: "pass" };
  if (candidate.state === "loading") return { text: "loads the candidate", tone: "busy" };
  return {
    text: "refused the candidate",
    tone: "harm",
    ...(candidate.reason === null ? {} : { title: candidate.reason }),
  };
}

export type Breaker = Replica["breakers"][number];

/** Breakers that are not closed, the longest open first, each with the replica it is on. */
export function openBreakers(replicas: readonly Replica[]): (Breaker & { replicaId: string })[] {
  return replicas
    .filter(({ state }) => state !== "lost")
    .flatMap(({ replicaId, breakers }) => breakers.map((breaker) => ({ ...breaker, replicaId })))
    .filter(({ state }) => state !== "closed")
    .sort((a, b) => a.since.getTime() - b.since.getTime());
}

/** One sentence on what is not being asked, and on how busy the busiest replica is. */
export function guardVerdict(replicas: readonly Replica[]): string {
  const alive = replicas.filter(({ state }) => state !== "lost");
  if (alive.length === 0) return "Unknown: no replica reports.";
  const names = [...new Set(openBreakers(replicas).map(({ name }) => name))];
  const busiest = Math.max(...alive.map(({ pressure }) => pressure));
  const asked =
    names.length === 0
      ? "Every dependency is asked."
      : `Not asked or only tried now and then: ${names.join(", ")}.`;
  return `${asked} The busiest replica is at pressure ${busiest.toFixed(2)}: ${pressureText(busiest)}.`;
}

/** What replicas do at a pressure; the steps are those of docs/runbooks/serving.md. */
function pressureText(pressure: number): string {
  if (pressure < 0.25) return "requests get all their candidates";
  if (pressure < 0.6) return "requests look at fewer candidates";
  return "the lowest tiers get lists";
}

export interface CacheRow {
  readonly name: string;
  readonly hits: number;
  readonly misses: number;
  readonly entries: number;
  /** hits / (hits + misses); null before the first look. */
  readonly hitShare: number | null;
}

/** Caches over all replicas, since each started. */
export function cacheRows(replicas: readonly Replica[]): CacheRow[] {
  const rows = new Map<string, { hits: number; misses: number; entries: number }>();
  for (const { caches } of replicas)
    for (const { name, hits, misses, entries } of caches) {
      const row = rows.get(name) ?? { hits: 0, misses: 0, entries: 0 };
      rows.set(name, { hits: row.hits + hits, misses: row.misses + misses, entries: row.entries + entries });
    }
  return [...rows].map(([name, row]) => {
    const looks = row.hits + row.misses;
    return { name, ...row, hitShare: looks === 0 ? null : row.hits / looks };
  });
}

/** Shares of a replica's answers per rung; null before its first request. */
export function rungSharesOf({ rungCounts }: Pick<Replica, "rungCounts">): number[] | null {
  const total = rungCounts.reduce((sum, count) => sum + count, 0);
  return total === 0 ? null : rungCounts.map((count) => count / total);
}
