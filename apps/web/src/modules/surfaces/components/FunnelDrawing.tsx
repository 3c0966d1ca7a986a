import { formatDecimal, formatMs, formatShare } from "@/lib/format";
import type { FunnelStep } from "../presenters/funnelView";

/** Reasons on an edge; the rest stands in the table. */
const REASONS_SHOWN = 3;

/** From what sources found to what was shown: a bar per step as wide as what leaves it, what was lost on the edges. */
export function FunnelDrawing({ steps, requests }: { steps: readonly FunnelStep[]; requests: number }) {
  const widest = Math.max(1, ...steps.map(({ perRun }) => perRun));
  return (
    <ol aria-label="Funnel, candidates per request" className="mx-auto flex max-w-3xl flex-col">
      {steps.map((step, i) => (
        <li key={step.id}>
          {i > 0 && (
            <p className="border-line-strong border-l py-1.5 pl-3 text-ink-3 text-xs sm:ml-40">
              {step.dropped < 0.05 ? "nothing lost" : `− ${formatDecimal(step.dropped, 1)}`}
              {step.reasons.length > 0 &&
                `: ${step.reasons
                  .slice(0, REASONS_SHOWN)
                  .map(({ reason, perRun }) => `${formatDecimal(perRun, 1)} ${reason}`)
                  .join(", ")}`}
            </p>
          )}
          <div className="grid grid-cols-[1fr_auto_auto] items-center gap-x-4 gap-y-1 sm:grid-cols-[10rem_1fr_5rem_5rem]">
            <span className="font-medium">
              {step.label}
              {step.runs < requests && (
                <span className="ml-2 font-normal text-ink-3 text-xs">
                  in {formatShare(step.runs / requests, 0)}
                </span>
              )}
            </span>
            <span aria-hidden="true" className="max-sm:order-last max-sm:col-span-3">
              <span
                className="block h-5 min-w-px rounded-sm bg-accent"
                style={{ width: `${(100 * step.perRun) / widest}%` }}
              />
            </span>
            <span className="text-right font-medium" title="candidates per request">
              {formatDecimal(step.perRun, 1)}
            </span>
            <span className="text-right text-ink-2" title="time per request">
              {formatMs(step.msPerRun)}
            </span>
          </div>
        </li>
      ))}
    </ol>
  );
}
