"use client";

import { Pause, Play } from "lucide-react";
import { StateWord } from "@/components/ui/StateWord";
import type { Liveness } from "../useLiveJob";

const WORDS: Record<Liveness, { tone: "pass" | "warn" | "none"; word: string }> = {
  live: { tone: "pass", word: "live" },
  polling: { tone: "warn", word: "polling" },
  paused: { tone: "none", word: "paused" },
  over: { tone: "none", word: "final" },
};

/** Whether what is shown keeps itself up to date, and the switch that stops it. */
export function LiveMark({
  liveness,
  onPause,
}: {
  liveness: Liveness;
  onPause: (isPaused: boolean) => void;
}) {
  const { tone, word } = WORDS[liveness];
  return (
    <span className="flex items-center gap-1" data-liveness={liveness}>
      <StateWord tone={tone}>{word}</StateWord>
      {liveness !== "over" && (
        <button
          type="button"
          onClick={() => onPause(liveness !== "paused")}
          aria-label={liveness === "paused" ? "Resume updates" : "Pause updates"}
          className="inline-flex size-7 items-center justify-center rounded text-ink-3 hover:bg-sunken hover:text-ink"
        >
          {liveness === "paused" ? <Play className="size-3.5" /> : <Pause className="size-3.5" />}
        </button>
      )}
    </span>
  );
}
