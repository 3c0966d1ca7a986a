import { CatalogItem } from "@shortlist/contracts";
import type { ItemsMapping } from "./mapping";
import { meets, readNumber, readText, readTimeMs } from "./readField";
import type { SourceRow } from "./readRows";

export interface MappedItem {
  readonly item: CatalogItem | null;
  readonly problems: readonly string[];
}

/** Turns one source row into a catalogue item, or says everything that is wrong with it. */
export function mapItem(
  row: SourceRow,
  fields: ItemsMapping["fields"],
  setAside: ItemsMapping["setAside"],
): MappedItem {
  const { cells } = row;
  if (row.problem !== null) return { item: null, problems: [row.problem] };
  const problems = setAside.filter(({ when }) => meets(when, cells)).map(({ reason }) => reason);
  const itemId = (readText(fields.itemId, cells) ?? "").trim();
  if (itemId === "") problems.push("missing_item");
  const price = readNumber(fields.price, cells);
  if (price === null) problems.push("price_not_a_number");
  const createdAtMs = readTimeMs(fields.createdAt, cells);
  if (createdAtMs === null) problems.push("unreadable_created_at");
  if (problems.length > 0) return { item: null, problems };
  const text = (name: keyof ItemsMapping["fields"]) => (readText(fields[name], cells) ?? "").trim();
  const flag = (name: "inStock" | "restricted", fallback: boolean) =>
    fields[name] === undefined || text(name) === ""
      ? fallback
      : ["true", "1", "yes"].includes(text(name).toLowerCase());
  const parsed = CatalogItem.safeParse({
    itemId,
    title: text("title") || itemId,
    category: text("category"),
    brand: text("brand"),
    seller: text("seller"),
    price: price ?? null,
    ...(text("currency") === "" ? {} : { currency: text("currency") }),
    inStock: flag("inStock", true),
    restricted: flag("restricted", false),
    ...(text("description") === "" ? {} : { description: text("description") }),
    ...(createdAtMs == null ? {} : { createdAt: new Date(createdAtMs).toISOString() }),
  });
  if (parsed.success) return { item: parsed.data, problems };
  return {
    item: null,
    problems: parsed.error.issues.map((issue) => `bad_${String(issue.path[0] ?? "row")}`),
  };
}
