"use client";

import { type KeyboardEvent, useEffect, useRef } from "react";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { cn } from "@/lib/cn";
import { type Check, checkLabel, type Grid, gridRows, STATE_WORDS } from "../presenters/gridView";

export interface Selected {
  readonly day: string;
  readonly check: string;
}

/** A shape and a colour per state, so that neither carries it alone. */
const CELLS: Record<Check["state"], { className: string; path: string }> = {
  pass: { className: "bg-pass-soft text-pass", path: "M2 6.5 5 9.5 10.5 3" },
  warn: { className: "bg-warn-soft text-warn", path: "M6 1.5 11 10.5H1zM6 5v2.5" },
  fail: { className: "bg-harm-soft text-harm", path: "M2.5 2.5l7 7M9.5 2.5l-7 7" },
  no_data: { className: "hatched text-ink-3", path: "M2 6h8" },
};

/**
 * Checks × days. One stop of the tab key; arrows move between cells, Enter opens one. The newest day is on the right
 * and in view.
 */
export function CheckGrid({
  grid,
  selected,
  onSelect,
}: {
  grid: Grid;
  selected: Selected | null;
  onSelect: (selected: Selected) => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const rows = gridRows(grid);
  const closed = new Set(grid.closedDays.map(({ day }) => day));
  const isSelected = (check: string, day: string) => selected?.check === check && selected.day === day;
  const hasSelection = selected !== null && grid.days.includes(selected.day);
  const lastDay = grid.days.at(-1);
  const nDays = grid.days.length;
  // The newest day is what one comes for, and it is on the far side of a narrow window.
  // biome-ignore lint/correctness/useExhaustiveDependencies: again whenever the days shown change
  useEffect(() => {
    const region = body.current?.closest('[role="group"]');
    if (region != null) region.scrollLeft = region.scrollWidth;
  }, [lastDay, nDays]);

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const steps: Record<string, [number, number]> = {
      ArrowRight: [0, 1],
      ArrowLeft: [0, -1],
      ArrowDown: [1, 0],
      ArrowUp: [-1, 0],
    };
    const step = steps[event.key];
    const at = (event.target as HTMLElement).dataset.at?.split(",").map(Number);
    if (step === undefined || at === undefined) return;
    event.preventDefault();
    let [row, column] = [at[0]! + step[0], at[1]! + step[1]];
    // Over days that were not checked, to the next one that was.
    for (
      ;
      row >= 0 && row < rows.length && column >= 0 && column < grid.days.length;
      row += step[0], column += step[1]
    ) {
      const next = body.current?.querySelector<HTMLElement>(`[data-at="${row},${column}"]`);
      if (next == null) continue;
      next.focus();
      return;
    }
  };

  return (
    <ScrollRegion label="Checks by day" className="pb-2">
      <table className="border-collapse">
        <caption className="sr-only">
          Daily checks, one row a check and one column a UTC day. Arrow keys move between cells.
        </caption>
        <thead>
          <tr>
            <th
              scope="col"
              className="sticky left-0 z-10 bg-canvas pr-3 text-left font-medium text-ink-3 text-xs"
            >
              Check
            </th>
            {grid.days.map((day, i) => (
              <th
                key={day}
                scope="col"
                title={day}
                className="px-0.5 pb-1 text-center font-normal text-2xs text-ink-3"
              >
                <span className="sr-only">{day}</span>
                <span aria-hidden="true" className="block h-4">
                  {i === 0 || day.endsWith("-01") ? MONTHS[Number(day.slice(5, 7)) - 1] : ""}
                </span>
                <span aria-hidden="true" className={cn("block", closed.has(day) && "line-through")}>
                  {day.slice(8)}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {rows.map((row, r) => (
            <tr key={row.name}>
              <th
                scope="row"
                title={row.title}
                className="sticky left-0 z-10 h-7 whitespace-nowrap bg-canvas pr-3 text-left font-normal"
              >
                {checkLabel(row.name)}
              </th>
              {row.cells.map((cell, c) => {
                const day = grid.days[c]!;
                if (cell === null)
                  return (
                    <td key={day} className="p-0.5">
                      <span className="sr-only">not checked</span>
                    </td>
                  );
                const { className, path } = CELLS[cell.state];
                const isStop = hasSelection ? isSelected(row.name, day) : r === 0 && day === lastDay;
                return (
                  <td key={day} className="p-0.5">
                    <button
                      type="button"
                      data-at={`${r},${c}`}
                      tabIndex={isStop ? 0 : -1}
                      aria-pressed={isSelected(row.name, day)}
                      aria-label={`${checkLabel(row.name)}, ${day}: ${STATE_WORDS[cell.state]}`}
                      title={`${day}: ${cell.sentence}`}
                      onClick={() => onSelect({ day, check: row.name })}
                      className={cn(
                        "flex size-6 items-center justify-center rounded-sm",
                        className,
                        isSelected(row.name, day) && "outline-2 outline-accent outline-offset-1",
                      )}
                    >
                      <svg viewBox="0 0 12 12" className="size-2.5" aria-hidden="true">
                        <path
                          d={path}
                          fill="none"
                          stroke="currentColor"
                          strokeWidth="1.6"
                          strokeLinecap="round"
                        />
                      </svg>
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
