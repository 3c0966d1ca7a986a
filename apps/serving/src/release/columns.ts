import { type ColumnArray, decodeColumnFile } from "@shortlist/ml";
import { ReleaseRefused } from "./releaseRefused";

type Constructor<T> = { new (...args: never[]): T; readonly name: string };

/** A decoded column file whose columns are asked for by name and type; anything missing refuses the release. */
export interface Columns {
  get<T extends ColumnArray>(name: string, type: Constructor<T>, length?: number): T;
  /** The column when it is there and of this type, else null. */
  find<T extends ColumnArray>(name: string, type: Constructor<T>, length: number): T | null;
  names(): string[];
  readonly meta: Readonly<Record<string, unknown>>;
}

export function readColumns(bytes: Uint8Array, artifact: string): Columns {
  let decoded: ReturnType<typeof decodeColumnFile>;
  try {
    decoded = decodeColumnFile(bytes);
  } catch (cause) {
    throw new ReleaseRefused("corrupt_artifact", `${artifact}: ${(cause as Error).message}`);
  }
  const { columns } = decoded;
  return {
    meta: (decoded.meta ?? {}) as Record<string, unknown>,
    names: () => Object.keys(columns),
    find<T extends ColumnArray>(name: string, type: Constructor<T>, length: number): T | null {
      const column = columns[name];
      const isFound = column instanceof (type as unknown as new () => T) && column.length === length;
      return isFound ? (column as T) : null;
    },
    get<T extends ColumnArray>(name: string, type: Constructor<T>, length?: number): T {
      const column = columns[name];
      if (!(column instanceof (type as unknown as new () => T)))
        throw new ReleaseRefused("corrupt_artifact", `${artifact}: column ${name} is not a ${type.name}`);
      if (length !== undefined && column.length !== length)
        throw new ReleaseRefused(
          "shape_mismatch",
          `${artifact}: column ${name} has ${column.length} values, expected ${length}`,
        );
      return column as T;
    },
  };
}

/** Every per-item array must be in the order of the item table; `itemTableId` says which order it was made for. */
export function requireItemTable(columns: Columns, itemTableId: string, artifact: string): void {
  if (columns.meta.itemTableId !== itemTableId)
    throw new ReleaseRefused(
      "item_table_mismatch",
      `${artifact} was made for item table ${String(columns.meta.itemTableId)}, the release has ${itemTableId}`,
    );
}
