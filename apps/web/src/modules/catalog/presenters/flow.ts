import type { Tone } from "@/components/ui/StateWord";
import type { ApiOutputs } from "@/lib/trpc/client";
import { formatCount } from "../../../lib/format";

type Flow = ApiOutputs["catalog"]["flow"];
export type ReplicaFlow = NonNullable<Flow["replicas"]>[number];

export const FLOW_STATES: Record<ReplicaFlow["state"], { tone: Tone; word: string }> = {
  live: { tone: "pass", word: "live" },
  catching_up: { tone: "busy", word: "catching up" },
  stream_away: { tone: "warn", word: "stream away" },
  incomplete: { tone: "warn", word: "changes missing" },
};

/** One sentence over all replicas: the worst of them first, because it is what shoppers may see. */
export function describeFlow({ replicas }: Flow): string {
  if (replicas === null) return "No data: the replicas' heartbeats cannot be read.";
  const behind = replicas.filter(({ state }) => state !== "live");
  const waiting = Math.max(0, ...replicas.map((replica) => replica.waiting));
  if (replicas.length === 0) return "No replica follows this catalogue.";
  const first =
    behind.length === 0
      ? `All ${formatCount(replicas.length)} replicas answer with the newest prices, stock and items.`
      : `${formatCount(behind.length)} of ${formatCount(replicas.length)} replicas may answer with older prices, stock and items.`;
  return waiting === 0
    ? first
    : `${first} There is no room for ${formatCount(waiting)} new items before the next release.`;
}
