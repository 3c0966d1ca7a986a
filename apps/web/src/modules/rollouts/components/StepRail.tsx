import { StateWord, type Tone } from "@/components/ui/StateWord";
import { cn } from "@/lib/cn";
import type { RailStep } from "../presenters/rolloutView";

const WORDS: Record<RailStep["state"], { tone: Tone; word: string }> = {
  done: { tone: "pass", word: "passed" },
  now: { tone: "busy", word: "now" },
  held: { tone: "warn", word: "held" },
  ended: { tone: "harm", word: "ended here" },
  ahead: { tone: "none", word: "ahead" },
};

/** The steps from left to right; on narrow screens from top to bottom. */
export function StepRail({ steps }: { steps: readonly RailStep[] }) {
  return (
    <ol className="flex flex-col border-line border-y sm:flex-row" aria-label="Steps">
      {steps.map((step) => {
        const { tone, word } = WORDS[step.state];
        const isAt = step.state !== "done" && step.state !== "ahead";
        return (
          <li
            key={step.label}
            {...(isAt ? { "aria-current": "step" as const } : {})}
            className={cn(
              "flex flex-1 flex-wrap items-baseline gap-x-3 border-line px-3 py-2.5 sm:block sm:border-l sm:first:border-l-0",
              isAt ? "bg-sunken" : "",
            )}
          >
            <div className={cn("font-medium", step.state === "ahead" ? "text-ink-2" : "")}>{step.label}</div>
            <div className="text-ink-3 text-xs">at least {step.dwell}</div>
            <StateWord tone={tone} className="text-xs">
              {word}
            </StateWord>
          </li>
        );
      })}
    </ol>
  );
}
