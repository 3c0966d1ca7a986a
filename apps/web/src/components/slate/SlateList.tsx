import { ProductPicture } from "@/components/picture/ProductPicture";
import { ItemLink } from "@/components/ui/ItemLink";

/** A place of a slate; `item` is null where the catalogue does not know it. */
export interface SlateEntry {
  readonly itemId: string;
  readonly position: number;
  readonly item: { readonly title: string; readonly brand: string; readonly category: string } | null;
}

/** Marks of a slate against the one before it: what is new, and how far the rest moved. */
export function createMoveMarks(before: readonly SlateEntry[]): (item: SlateEntry) => string | null {
  const was = new Map(before.map(({ itemId, position }) => [itemId, position]));
  return ({ itemId, position }) => {
    const from = was.get(itemId);
    if (from === undefined) return "new";
    const moved = from - position;
    return moved === 0 ? null : moved > 0 ? `↑ ${moved}` : `↓ ${-moved}`;
  };
}

/** A slate from top to bottom, with pictures. */
export function SlateList({
  title,
  items,
  markOf = () => null,
}: {
  title: string;
  items: readonly SlateEntry[];
  markOf?: (item: SlateEntry) => string | null;
}) {
  return (
    <div>
      <h3 className="mb-1 font-medium">{title}</h3>
      {items.length === 0 && <p className="text-ink-2">Nothing.</p>}
      <ol>
        {items.map((item) => {
          const mark = markOf(item);
          return (
            <li key={item.itemId} className="flex min-h-10 items-center gap-3 border-line border-b py-1">
              <span className="w-5 text-right text-ink-3">{item.position + 1}</span>
              <ProductPicture
                itemId={item.itemId}
                category={item.item?.category ?? ""}
                brand={item.item?.brand ?? ""}
                className="size-8 shrink-0"
              />
              <span className="min-w-0 flex-1">
                <ItemLink itemId={item.itemId} className="block truncate hover:underline">
                  {item.item?.title ?? item.itemId}
                </ItemLink>
                <span className="block truncate text-ink-3 text-xs">
                  {item.item?.brand} · {item.item?.category}
                </span>
              </span>
              {mark !== null && <span className="whitespace-nowrap font-medium">{mark}</span>}
            </li>
          );
        })}
      </ol>
    </div>
  );
}
