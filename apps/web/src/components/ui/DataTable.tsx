"use client";

import {
  type ColumnDef,
  createSortedRowModel,
  rowSortingFeature,
  sortFns,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useRouter } from "next/navigation";
import { type KeyboardEvent, type ReactNode, useRef } from "react";
import { ScrollRegion } from "@/components/ui/ScrollRegion";
import { cn } from "@/lib/cn";

const features = tableFeatures({
  rowSortingFeature,
  sortedRowModel: createSortedRowModel(),
  sortFns,
});
export type Column<T extends object> = ColumnDef<typeof features, T>;

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
  const table = useTable({ features, columns: columns as Column<T>[], data: data as T[], getRowId: rowId });
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
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} className="border-line border-b">
              {group.headers.map((header) => {
                const sorted = header.column.getIsSorted();
                return (
                  <th
                    key={header.id}
                    scope="col"
                    {...(sorted === false
                      ? {}
                      : { "aria-sort": sorted === "asc" ? ("ascending" as const) : ("descending" as const) })}
                    className={cn(
                      "h-8 whitespace-nowrap px-3 text-left font-medium text-ink-3 text-xs first:pl-0 last:pr-0",
                      cellClass(layout[header.column.id]),
                    )}
                  >
                    {header.column.getCanSort() ? (
                      <button
                        type="button"
                        onClick={header.column.getToggleSortingHandler()}
                        className="h-7 hover:text-ink"
                      >
                        <table.FlexRender header={header} />
                        <span aria-hidden="true">
                          {sorted === "asc" ? " ↑" : sorted === "desc" ? " ↓" : ""}
                        </span>
                      </button>
                    ) : (
                      <table.FlexRender header={header} />
                    )}
                  </th>
                );
              })}
            </tr>
          ))}
        </thead>
        <tbody ref={body} onKeyDown={onKeyDown}>
          {table.getRowModel().rows.map((row) => {
            const href = rowHref?.(row.original) ?? null;
            return (
              <tr
                key={row.id}
                data-row=""
                {...(href === null ? {} : { "data-href": href, tabIndex: -1 })}
                className="border-line border-b hover:bg-sunken/60 focus:bg-sunken"
              >
                {row.getAllCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={cn(
                      "h-8 whitespace-nowrap px-3 py-1 first:pl-0 last:pr-0",
                      cellClass(layout[cell.column.id]),
                    )}
                  >
                    <table.FlexRender cell={cell} />
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

function cellClass(layout: ColumnLayout | undefined): string {
  return cn(layout?.align === "right" && "text-right", layout?.className);
}
