"use client";

import type { FunnelRange } from "@shortlist/contracts";
import { FUNNEL_RANGES } from "@shortlist/contracts/vocabulary";
import { parseAsStringLiteral, useQueryState } from "nuqs";
import { cn } from "@/lib/cn";

const RANGES = Object.keys(FUNNEL_RANGES) as FunnelRange[];

export const RANGE_LABELS: Readonly<Record<FunnelRange, string>> = {
  "15m": "15 minutes",
  "1h": "hour",
  "6h": "6 hours",
  "24h": "24 hours",
};

/** The time range, in the address. */
export function useRange() {
  return useQueryState("range", parseAsStringLiteral(RANGES).withDefault("1h"));
}

export function RangePicker() {
  const [range, setRange] = useRange();
  return (
    <fieldset className="flex items-center gap-0.5 rounded-md border border-line p-0.5">
      <legend className="sr-only">Time range</legend>
      {RANGES.map((option) => (
        <button
          key={option}
          type="button"
          aria-pressed={option === range}
          aria-label={`Last ${RANGE_LABELS[option]}`}
          onClick={() => void setRange(option)}
          className={cn(
            "h-7 min-w-9 rounded px-2 text-xs",
            option === range ? "bg-accent-soft font-medium text-accent-ink" : "text-ink-2 hover:bg-sunken",
          )}
        >
          {option}
        </button>
      ))}
    </fieldset>
  );
}
