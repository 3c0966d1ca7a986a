import type { Tone } from "@/components/ui/StateWord";
import { formatMs } from "../../../lib/format";
import type { ViewSummary } from "../types";

type Freshness = ViewSummary["freshness"];

const WORDS: Readonly<Record<Freshness["verdict"]["state"], { tone: Tone; word: string }>> = {
  pass: { tone: "pass", word: "fresh" },
  fail: { tone: "harm", word: "too slow" },
  undecided: { tone: "none", word: "undecided" },
  no_data: { tone: "none", word: "no data" },
};

/** The verdict in a word, with the measured figure where there is one. */
export function freshnessWord(freshness: Freshness): { tone: Tone; word: string } {
  const { tone, word } = WORDS[freshness.verdict.state];
  const p95Ms = freshness.measured?.p95Ms ?? null;
  return freshness.verdict.state === "no_data" || p95Ms === null
    ? { tone, word }
    : { tone, word: `${word}, p95 ${formatMs(p95Ms)}` };
}
