import type { ReactNode } from "react";

export type SortValue = string | number | boolean | Date | null | undefined;

interface ColumnBase<T> {
  readonly header: string;
  /** What stands in a row's cell; absent: the value itself. */
  readonly cell?: (o: { row: { original: T }; getValue: () => unknown }) => ReactNode;
  /** False where an order would say nothing. */
  readonly enableSorting?: boolean;
}

/** A column is read by a key of its rows, or by a function and then has a name of its own. One without either is not sorted. */
export type Column<T> = ColumnBase<T> &
  (
    | { readonly accessorKey: keyof T & string; readonly id?: never; readonly accessorFn?: never }
    | { readonly id: string; readonly accessorFn?: (row: T) => unknown; readonly accessorKey?: never }
  );

export interface Sorting {
  readonly column: string;
  readonly direction: "asc" | "desc";
}

export function columnId<T>(column: Column<T>): string {
  return (column.accessorKey ?? column.id) as string;
}

export function canSort<T>(column: Column<T>): boolean {
  return (
    column.enableSorting !== false && (column.accessorKey !== undefined || column.accessorFn !== undefined)
  );
}

export function readValue<T>(column: Column<T>, row: T): unknown {
  return column.accessorKey === undefined ? column.accessorFn?.(row) : row[column.accessorKey];
}

/** The order after one more click on a head: as it reads best first, then the other way, then as the rows came. */
export function nextSorting<T>(now: Sorting | null, column: Column<T>, rows: readonly T[]): Sorting | null {
  const id = columnId(column);
  const sample = rows.map((row) => readValue(column, row)).find((value) => value != null);
  const first = typeof sample === "string" ? "asc" : "desc";
  if (now?.column !== id) return { column: id, direction: first };
  if (now.direction !== first) return null;
  return { column: id, direction: first === "asc" ? "desc" : "asc" };
}

/** Rows in the order that was chosen, equal ones as they came. What is not known stands last, whichever way. */
export function sortRows<T>(
  rows: readonly T[],
  columns: readonly Column<T>[],
  sorting: Sorting | null,
): readonly T[] {
  const column = columns.find((each) => columnId(each) === sorting?.column);
  if (column === undefined || sorting === null) return rows;
  const sign = sorting.direction === "asc" ? 1 : -1;
  const keyed = rows.map((row) => ({ row, value: readValue(column, row) as SortValue }));
  keyed.sort((a, b) => {
    if (a.value == null || b.value == null) return Number(a.value == null) - Number(b.value == null);
    return sign * compare(a.value, b.value);
  });
  return keyed.map(({ row }) => row);
}

const texts = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

function compare(a: NonNullable<SortValue>, b: NonNullable<SortValue>): number {
  return typeof a === "string" && typeof b === "string" ? texts.compare(a, b) : Number(a) - Number(b);
}
