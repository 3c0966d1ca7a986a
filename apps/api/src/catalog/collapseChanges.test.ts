import type { CatalogChange, CatalogItem } from "@shortlist/contracts";
import { CatalogItem as Item } from "@shortlist/contracts";
import fc from "fast-check";
import { expect, test } from "vitest";
import { collapseChanges, type ItemOutcome } from "./collapseChanges";

interface Row extends CatalogItem {
  isDeleted: boolean;
  atMs: number;
}
type Table = Map<string, Row>;

/** Changes one after the other: what is meant. */
function applyOne(table: Table, change: CatalogChange, atMs: number): void {
  if (change.op === "upsert") {
    table.set(change.item.itemId, { ...change.item, isDeleted: false, atMs });
    return;
  }
  const row = table.get(change.itemId);
  if (row === undefined) return;
  if (change.op === "delete") table.set(change.itemId, { ...row, isDeleted: true, atMs });
  else {
    const { op: _op, itemId: _id, ...patch } = change;
    table.set(change.itemId, { ...row, ...patch, atMs } as Row);
  }
}

function applyOutcome(table: Table, { itemId, item, patch, isDeleted, atMs }: ItemOutcome): void {
  const row = item ?? table.get(itemId);
  if (row === undefined) return;
  const before = table.get(itemId)?.isDeleted ?? false;
  table.set(itemId, { ...row, ...patch, isDeleted: isDeleted ?? before, atMs } as Row);
}

const itemId = fc.constantFrom("a", "b", "c");
const price = fc.option(fc.integer({ min: 0, max: 9 }));
const change: fc.Arbitrary<CatalogChange> = fc.oneof(
  fc.record({
    op: fc.constant("upsert" as const),
    item: fc.record({ itemId, price }).map((i) => Item.parse({ ...i, title: "t" })),
  }),
  fc.record({ op: fc.constant("patch" as const), itemId, price }),
  fc.record({
    op: fc.constant("patch" as const),
    itemId,
    inStock: fc.boolean(),
    seller: fc.constantFrom("x", "y"),
  }),
  fc.record({ op: fc.constant("delete" as const), itemId }),
);

test("the outcomes of any changes are those of the changes one after the other", () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 12 }),
      fc.array(change, { maxLength: 12 }),
      (before, changes) => {
        const [meant, got]: [Table, Table] = [new Map(), new Map()];
        before.forEach((each, i) => {
          for (const table of [meant, got]) applyOne(table, each, i);
        });
        changes.forEach((each, i) => {
          applyOne(meant, each, 100 + i);
        });
        const outcomes = collapseChanges(changes.map((each, i) => ({ change: each, atMs: 100 + i })));
        for (const outcome of outcomes) applyOutcome(got, outcome);
        expect(got).toEqual(meant);
        expect(new Set(outcomes.map((o) => o.itemId)).size).toBe(outcomes.length);
      },
    ),
  );
});
