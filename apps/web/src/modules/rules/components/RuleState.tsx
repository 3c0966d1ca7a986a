import { StateWord, type Tone } from "@/components/ui/StateWord";
import type { ApiOutputs } from "@/lib/trpc/client";

type State = ApiOutputs["rules"]["list"]["rules"][number]["state"];

const STATES: Record<State, readonly [tone: Tone, word: string]> = {
  in_force: ["pass", "in force"],
  scheduled: ["busy", "scheduled"],
  ended: ["none", "ended"],
  off: ["none", "off"],
};

export function RuleState({ state }: { state: State }) {
  const [tone, word] = STATES[state];
  return <StateWord tone={tone}>{word}</StateWord>;
}
