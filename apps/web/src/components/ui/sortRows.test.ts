import { expect, test } from "vitest";
import { type Column, canSort, nextSorting, sortRows } from "./sortRows";

interface Row {
  readonly name: string;
  readonly n: number | null;
}
const rows: Row[] = [
  { name: "v10", n: 2 },
  { name: "v9", n: null },
  { name: "V1", n: 2 },
  { name: "v2", n: 7 },
];
const name: Column<Row> = { accessorKey: "name", header: "Name" };
const n: Column<Row> = { id: "count", accessorFn: (row) => row.n, header: "n" };
const names = (sorted: readonly Row[]) => sorted.map((row) => row.name);

test("numbers inside of texts count as numbers, and case does not count", () => {
  expect(names(sortRows(rows, [name], { column: "name", direction: "asc" }))).toEqual([
    "V1",
    "v2",
    "v9",
    "v10",
  ]);
});

test("equal rows stay as they came, and what is not known stands last either way", () => {
  expect(names(sortRows(rows, [n], { column: "count", direction: "asc" }))).toEqual([
    "v10",
    "V1",
    "v2",
    "v9",
  ]);
  expect(names(sortRows(rows, [n], { column: "count", direction: "desc" }))).toEqual([
    "v2",
    "v10",
    "V1",
    "v9",
  ]);
});

test("a head clicked again and again gives the best order, the other way, and the rows as they came", () => {
  const clicks = (column: Column<Row>) => {
    const first = nextSorting(null, column, rows);
    const second = nextSorting(first, column, rows);
    return [first?.direction, second?.direction, nextSorting(second, column, rows)];
  };
  expect(clicks(name)).toEqual(["asc", "desc", null]);
  expect(clicks(n)).toEqual(["desc", "asc", null]);
  expect(sortRows(rows, [name, n], null)).toBe(rows);
});

test("a column without a value, or one that says so, is not sorted", () => {
  expect(canSort<Row>({ id: "actions", header: "" })).toBe(false);
  expect(canSort<Row>({ ...n, enableSorting: false })).toBe(false);
  expect(canSort(name)).toBe(true);
});
