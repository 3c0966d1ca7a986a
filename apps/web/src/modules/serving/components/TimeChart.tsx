import type { ReactNode } from "react";
import { timeOf } from "../presenters/latencyView";

/** Spans of time side by side: labels of the rows at the left, first and last time below, releases as dashed lines. */
export function TimeChart({
  label,
  rows,
  spans,
  marks,
  children,
}: {
  label: string;
  rows: readonly string[];
  spans: readonly { at: Date }[];
  marks: readonly { x: number; label: string }[];
  children: ReactNode;
}) {
  const height = Math.max(1, rows.length);
  return (
    <div className="grid grid-cols-[auto_1fr] gap-x-2 text-ink-3 text-xs">
      <div aria-hidden="true" className="flex flex-col justify-between text-right leading-none">
        {rows.map((row) => (
          <span key={row} className="flex flex-1 items-center justify-end">
            {row}
          </span>
        ))}
      </div>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${spans.length} ${height}`}
        preserveAspectRatio="none"
        className="w-full border-line border-b border-l"
        style={{ height: `${Math.max(6, height * 1.1)}rem` }}
      >
        {children}
        {marks.map(({ x, label: name }) => (
          <line
            key={name}
            x1={x}
            x2={x}
            y1={0}
            y2={height}
            stroke="var(--ink)"
            strokeWidth="1"
            strokeDasharray="4 3"
            vectorEffect="non-scaling-stroke"
          >
            <title>{name}</title>
          </line>
        ))}
      </svg>
      <span />
      <div className="flex justify-between pt-1">
        <span>{spans[0] === undefined ? "" : timeOf(spans[0].at)}</span>
        {marks.length > 0 && (
          <span className="text-ink-2">dashed: {marks.map(({ label: name }) => name).join(", ")}</span>
        )}
        <span>now</span>
      </div>
    </div>
  );
}
