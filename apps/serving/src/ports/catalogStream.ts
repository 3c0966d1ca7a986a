import type { CatalogChange } from "@shortlist/contracts";

export interface CatalogStream {
  /** Resolves with the position of the last change once the stream holds all; rejects when it cannot say so. */
  append(workspace: string, changes: readonly CatalogChange[]): Promise<string>;
}
