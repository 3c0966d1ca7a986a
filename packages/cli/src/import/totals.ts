import { createHash } from "node:crypto";
import type { TotalMapping } from "./mapping";
import { meets } from "./readField";

type Cells = Readonly<Record<string, string>>;

/** Exact totals over every row that was read, so that an import can be held against what the source should hold. */
export interface Totals {
  add(cells: Cells): void;
  finish(): Record<string, number>;
}

export function createTotals(mappings: Readonly<Record<string, TotalMapping>>): Totals {
  const counters = Object.entries(mappings).map(([name, mapping]) => ({
    name,
    counter: createCounter(mapping),
  }));
  return {
    add: (cells) => {
      for (const { counter } of counters) counter.add(cells);
    },
    finish: () => Object.fromEntries(counters.map(({ name, counter }) => [name, counter.value()])),
  };
}

function createCounter(mapping: TotalMapping): { add(cells: Cells): void; value(): number } {
  if ("distinct" in mapping) {
    const seen = new Set<string>();
    return {
      add: (cells) => {
        const text = cells[mapping.distinct] ?? "";
        if (text !== "") seen.add(text);
      },
      value: () => seen.size,
    };
  }
  if ("rowsWhere" in mapping) {
    let rows = 0;
    return {
      add: (cells) => {
        if (meets(mapping.rowsWhere, cells)) rows++;
      },
      value: () => rows,
    };
  }
  if ("duplicateRows" in mapping) {
    const seen = new Set<string>();
    let repeats = 0;
    return {
      add: (cells) => {
        const key = hashCells(Object.values(cells));
        if (seen.has(key)) repeats++;
        else seen.add(key);
      },
      value: () => repeats,
    };
  }
  const product = "sum" in mapping ? [mapping.sum] : mapping.sumProduct;
  const sum = createExactSum();
  return {
    add: (cells) => {
      const value = product.reduce((result, column) => result * Number(cells[column] || Number.NaN), 1);
      if (Number.isFinite(value)) sum.add(value);
    },
    value: sum.value,
  };
}

/** Kahan–Babuška summation: half a million prices must not lose their cents. Rounded to 1e-6. */
function createExactSum() {
  let sum = 0;
  let lost = 0;
  return {
    add(value: number) {
      const next = sum + value;
      lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
      sum = next;
    },
    value: () => Math.round((sum + lost) * 1e6) / 1e6,
  };
}

/** 16-byte key of some texts, compact enough to keep one per row. */
export function hashCells(texts: readonly string[]): string {
  return createHash("sha256").update(texts.join("\u0000")).digest("binary").slice(0, 16);
}
