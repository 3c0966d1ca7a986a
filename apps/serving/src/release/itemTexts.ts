import { readColumns, requireItemTable } from "./columns";
import { ReleaseRefused } from "./releaseRefused";

/** Titles by row, decoded when asked for: as strings they would cost a hundred bytes an item more. */
export interface ItemTexts {
  titleOf(row: number): string;
}

export const NO_TEXTS: ItemTexts = { titleOf: () => "" };

export function decodeItemTexts(bytes: Uint8Array, itemTableId: string): ItemTexts {
  const columns = readColumns(bytes, "item texts");
  requireItemTable(columns, itemTableId, "item texts");
  const offsets = columns.get("titleOffsets", Uint32Array);
  const titles = columns.get("titleBytes", Uint8Array);
  const n = offsets.length - 1;
  if (n < 0 || offsets[n] !== titles.length)
    throw new ReleaseRefused("corrupt_artifact", "item texts: titles do not end where their bytes end");
  const view = Buffer.from(titles.buffer, titles.byteOffset, titles.byteLength);
  return { titleOf: (row) => (row < n ? view.toString("utf8", offsets[row]!, offsets[row + 1]!) : "") };
}
