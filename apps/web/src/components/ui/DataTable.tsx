"use client";

import { useRouter } from "next/navigation";
import { type KeyboardEvent, type ReactNode, useMemo, useRef, useState } from "react";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { cn } from "@/lib/cn";
import { type Column, canSort, columnId, nextSorting, readValue, type Sorting, sortRows } from "./sortRows";

export type { Column };

/** How a column is laid out; numbers sit right so that their digits align. */
export interface ColumnLayout {
  readonly align?: "right";
  readonly className?: string;
}

/**
 * A table of 32 px rows with sortable heads. J and K move between rows, Enter opens one. Rows scroll sideways in
 * their own region on narrow screens.
 */
export function DataTable<T extends object>({
  label,
  data,
  columns,
  layout = {},
  rowHref,
  rowId,
  empty,
}: {
  label: string;
  data: readonly T[];
  columns: readonly Column<T>[];
  layout?: Readonly<Record<string, ColumnLayout>>;
  rowHref?: (row: T) => string | null;
  rowId: (row: T) => string;
  empty?: ReactNode;
}) {
  const router = useRouter();
  const body = useRef<HTMLTableSectionElement>(null);
  const [sorting, setSorting] = useState<Sorting | null>(null);
  const sorted = useMemo(() => sortRows(data, columns, sorting), [data, columns, sorting]);
  if (data.length === 0 && empty !== undefined) return <>{empty}</>;

  const onKeyDown = (event: KeyboardEvent<HTMLTableSectionElement>) => {
    const rows = [...(body.current?.querySelectorAll<HTMLElement>("tr[data-row]") ?? [])];
    const at = rows.indexOf(document.activeElement?.closest("tr") as HTMLElement);
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))]?.focus();
    }
    if (event.key === "Enter" && event.target === rows[at]) {
      const href = rows[at]?.dataset.href;
      if (href !== undefined) router.push(href);
    }
  };

  return (
    <ScrollRegion label={label}>
      <table className="w-full border-collapse">
        <thead>
          <tr className="border-line border-b">
            {columns.map((column) => (
              <th
                key={columnId(column)}
                scope="col"
                {...(sorting?.column === columnId(column)
                  ? {
                      "aria-sort":
                        sorting.direction === "asc" ? ("ascending" as const) : ("descending" as const),
                    }
                  : {})}
                className={cn(
                  "h-8 whitespace-nowrap px-3 text-left font-medium text-ink-3 text-xs first:pl-0 last:pr-0",
                  cellClass(layout[columnId(column)]),
                )}
              >
                {canSort(column) ? (
                  <button
                    type="button"
                    onClick={() => setSorting(nextSorting(sorting, column, data))}
                    className="h-7 hover:text-ink"
                  >
                    {column.header}
                    <span aria-hidden="true">{arrowOf(column, sorting)}</span>
                  </button>
                ) : (
                  column.header
                )}
              </th>
            ))}
          </tr>
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {sorted.map((row) => {
            const href = rowHref?.(row) ?? null;
            return (
              <tr
                key={rowId(row)}
                data-row=""
                {...(href === null ? {} : { "data-href": href, tabIndex: -1 })}
                className="border-line border-b hover:bg-sunken/60 focus:bg-sunken"
              >
                {columns.map((column) => (
                  <td
                    key={columnId(column)}
                    className={cn(
                      "h-8 whitespace-nowrap px-3 py-1 first:pl-0 last:pr-0",
                      cellClass(layout[columnId(column)]),
                    )}
                  >
                    {showCell(column, row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

function showCell<T>(column: Column<T>, row: T): ReactNode {
  const getValue = () => readValue(column, row);
  return column.cell === undefined
    ? String(getValue() ?? "")
    : column.cell({ row: { original: row }, getValue });
}

function arrowOf<T>(column: Column<T>, sorting: Sorting | null): string {
  if (sorting?.column !== columnId(column)) return "";
  return sorting.direction === "asc" ? " ↑" : " ↓";
}

function cellClass(layout: ColumnLayout | undefined): string {
  return cn(layout?.align === "right" && "text-right", layout?.className);
}
