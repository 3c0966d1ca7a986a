import type { StoredInteraction } from "@shortlist/contracts";
import { createFeatureState, foldEvent } from "@shortlist/ml";
import { getStreamKey, loadStreamStates, type OnlineView, writeStreamStates } from "@shortlist/online";
import type { Logger } from "@shortlist/platform";
import type { Redis } from "ioredis";
import type { CachedState, StateCache } from "./stateCache";

/** More conflicts in a row than any number of workers causes by chance: something writes without reading. */
const CONFLICTS_MAX = 20;

export interface FoldDeps {
  readonly redis: Redis;
  readonly cache: StateCache;
  readonly logger: Logger;
  readonly createToken: () => string;
}

/** An event of a stream and the views it is to be folded into. */
export interface FoldEntry {
  readonly workspace: string;
  readonly event: StoredInteraction;
  readonly views: readonly OnlineView[];
}

export interface FoldReport<E extends FoldEntry> {
  /** Entries that made the fold throw; nothing of them is in any row that threw. */
  readonly failed: ReadonlyMap<E, Error>;
  readonly rowsWritten: number;
}

interface Row<E extends FoldEntry> {
  readonly cacheKey: string;
  readonly workspace: string;
  readonly view: OnlineView;
  readonly key: readonly string[];
  readonly entries: E[];
}

/**
 * Folds events into the rows they belong to and writes these rows. When it returns, every event that did not fail is
 * in Redis; when it throws, any part of them may be, and folding them again counts none twice.
 *
 * Each row is read, folded and written once, however many of its events are here. A row that another worker wrote in
 * between is read and folded again.
 */
export async function foldEntries<E extends FoldEntry>(
  deps: FoldDeps,
  entries: readonly E[],
): Promise<FoldReport<E>> {
  const failed = new Map<E, Error>();
  let rows = groupByRow(entries);
  let rowsWritten = 0;
  try {
    for (let round = 0; rows.length > 0; round++) {
      if (round === CONFLICTS_MAX)
        throw new Error(`${rows.length} rows were written by others again and again`);
      const states = await loadStates(deps, rows);
      const again: Row<E>[] = [];
      const changed: { row: Row<E>; held: Held }[] = [];
      rows.forEach((row, i) => {
        const held = states[i]!;
        const outcome = foldRow(row, held, failed);
        if (outcome === "changed") changed.push({ row, held });
        // A fold that threw may have left the state half changed: start from what is stored.
        if (outcome === "threw") {
          deps.cache.delete(row.cacheKey);
          again.push(row);
        }
      });
      const written = await writeStreamStates(
        deps.redis,
        changed.map(({ row, held }) => ({ ...row, token: held.token, state: held.state })),
        deps.createToken,
      );
      written.forEach((result, i) => {
        const { row, held } = changed[i]!;
        if (result === null) {
          deps.cache.delete(row.cacheKey);
          again.push(row);
        } else {
          rowsWritten++;
          deps.cache.put(row.cacheKey, { token: result.token, state: held.state, size: result.size });
        }
      });
      rows = again;
    }
  } catch (error) {
    // Which rows were written is not known: what memory holds may be ahead of what is stored.
    for (const row of rows) deps.cache.delete(row.cacheKey);
    throw error;
  }
  return { failed, rowsWritten };
}

type Held = Pick<CachedState, "token" | "state">;

function groupByRow<E extends FoldEntry>(entries: readonly E[]): Row<E>[] {
  const rows = new Map<string, Row<E>>();
  for (const entry of entries)
    for (const view of entry.views) {
      const key = view.plan.accepts(entry.event) ? view.plan.keyOf(entry.event) : null;
      if (key === null) continue;
      const cacheKey = getStreamKey(entry.workspace, view, key);
      const row = rows.get(cacheKey);
      if (row === undefined)
        rows.set(cacheKey, { cacheKey, workspace: entry.workspace, view, key, entries: [entry] });
      else row.entries.push(entry);
    }
  return [...rows.values()];
}

async function loadStates<E extends FoldEntry>(deps: FoldDeps, rows: readonly Row<E>[]): Promise<Held[]> {
  const missing = rows.filter((row) => deps.cache.get(row.cacheKey) === undefined);
  const loaded = new Map<Row<E>, Held>();
  if (missing.length > 0) {
    const stored = await loadStreamStates(
      deps.redis,
      missing.map(({ workspace, view, key }) => ({ workspace, view, keys: [key] })),
    );
    missing.forEach((row, i) => {
      const { token, state, problem } = stored[i]![0]!;
      if (problem !== null)
        deps.logger.warn(
          { view: row.view.id, problem },
          "a stored feature row cannot be read; it starts anew",
        );
      loaded.set(row, { token, state: state ?? createFeatureState(row.view.plan) });
    });
  }
  return rows.map((row) => loaded.get(row) ?? deps.cache.get(row.cacheKey)!);
}

function foldRow<E extends FoldEntry>(
  { view, entries }: Row<E>,
  { state }: Held,
  failed: Map<E, Error>,
): "changed" | "unchanged" | "threw" {
  let isChanged = false;
  for (const entry of entries) {
    if (failed.has(entry)) continue;
    try {
      if (foldEvent(view.plan, state, entry.event) === "folded") isChanged = true;
    } catch (error) {
      failed.set(entry, error as Error);
      return "threw";
    }
  }
  return isChanged ? "changed" : "unchanged";
}
